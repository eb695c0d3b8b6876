/** Rows of a timeline: from `from` up to, and without, `to`. */
interface Span {
  from: number;
  to: number;
}

/**
 * What plays: a `<video>` or `<audio>` as it stands, or something like it. It tells what it does by
 * plain events with the standard names: "loadedmetadata" once it is ready, "play", "playing",
 * "pause", "waiting", "seeked" (if it knows), "ratechange", "ended", and "error".
 * YouTube's tells "autoplayblocked" as well: it plays once the reader presses play.
 */
interface Player extends EventTarget {
  /** Seconds from the video's start; setting it seeks. */
  currentTime: number;
  /** Seconds; NaN while it is not known. */
  readonly duration: number;
  /** Buffering is part of playing, or of the pause before it. */
  readonly paused: boolean;
  readonly ended?: boolean;
  /** The rate that is taken may be another one than was set. */
  playbackRate: number;
  /** Why it does not play: for players of our own a `Reason`. */
  readonly error?: { readonly message: string } | null;
  play(): void | Promise<void>;
  pause(): void;
  /** Stops, leaves the page, and tells nothing any more. */
  destroy?(): void;
}

type Reason = "invalid" | "unplayable" | "gone" | "embedding" | "referrer" | "timeout";

interface YouTubeOptions {
  videoId: string;
  start?: number;
  autoplay?: boolean;
  host?: string;
}

interface Window {
  /** https://developers.google.com/youtube/iframe_api_reference */
  YT?: any;
  onYouTubeIframeAPIReady?: () => void;
}

interface Event {
  /** Of those of a pointer. */
  readonly pointerType: string | undefined;
}

interface WindowEventMap {
  /** https://htmx.org/events/#htmx:configRequest */
  "htmx:configRequest": CustomEvent<{
    elt: any;
    triggeringEvent?: Event;
    parameters: Record<string, string>;
  }>;
  /** https://htmx.org/events/#htmx:beforeSwap */
  "htmx:beforeSwap": CustomEvent<{ shouldSwap: boolean; target: Element }>;
  /** https://htmx.org/events/#htmx:sendError */
  "htmx:sendError": CustomEvent<{ elt: any; target: Element }>;
}

declare const htmx: { ajax(verb: string, path: string, target: Element): Promise<void> };
