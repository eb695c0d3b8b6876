const [PLAYING, BUFFERING] = [1, 3];
const EVENTS = { 0: "ended", 1: "playing", 3: "waiting" };
const REASONS = { 2: "invalid", 100: "gone", 101: "embedding", 150: "embedding", 153: "referrer" };
const NEAR = 3; // s: a seek lands up to 2 s early
const BEGUN = 1.5; // s of progress: an advertisement's clock stands, or runs on for 1 s

let loading;

/** @implements {Player} */
export class YouTubePlayer extends EventTarget {
  paused = true;
  error;
  #frame = document.createElement("iframe");
  #api; // with few methods until it is ready
  #ready = false;
  #asked = [];
  #state;
  #wanted;
  #begun = false;
  #asserted = false;
  #risingFrom = -Infinity;
  #timer;

  constructor(container, { videoId, start = 0, autoplay = true, host }) {
    super();
    this.#wanted = start;
    const query = `autoplay=${+autoplay}&start=${Math.floor(start)}&playsinline=1&rel=0`;
    Object.assign(this.#frame, {
      title: "YouTube video player",
      allow: "autoplay; encrypted-media; fullscreen; picture-in-picture",
      referrerPolicy: "strict-origin-when-cross-origin", // without: "Error 153"
      src: `${host}/embed/${videoId}?enablejsapi=1&origin=${location.origin}&${query}`,
    });
    container.append(this.#frame);
    // A filter may swallow the frame, or half of the API, in silence.
    this.#timer = setTimeout(() => this.#fail(), 12_000);
    loadApi().then((YT) => this.#attach(YT, videoId), () => this.#fail());
  }

  get currentTime() {
    const time = this.#api?.getCurrentTime?.() ?? this.#wanted;
    // At first the clock may be that of nothing, or of an advertisement.
    return this.#begun || Math.abs(time - this.#wanted) < NEAR ? time : this.#wanted;
  }

  set currentTime(seconds) {
    this.#wanted = seconds;
    this.#asserted = false;
    this.#risingFrom = -Infinity;
    this.#ask((api) => api.seekTo(seconds, true));
  }

  get duration() {
    return this.#api?.getDuration?.() || NaN;
  }

  get playbackRate() {
    return this.#api?.getPlaybackRate?.() ?? 1;
  }

  set playbackRate(rate) {
    this.#ask((api) => api.setPlaybackRate(rate));
  }

  play() {
    this.#ask((api) => api.playVideo());
  }

  pause() {
    this.#ask((api) => api.pauseVideo());
  }

  destroy() {
    this.dispatchEvent = () => true;
    this.#wanted = this.currentTime;
    this.paused = true;
    this.#api?.destroy();
    this.#api = undefined;
    this.#ready = false;
    this.#frame.remove();
    clearTimeout(this.#timer);
  }

  #tell(type) {
    this.dispatchEvent(new Event(type));
  }

  #ask(act) {
    if (this.#ready) act(this.#api);
    else this.#asked.push(act);
  }

  #attach(YT, videoId) {
    if (!this.#frame.isConnected) return;
    const events = {
      onReady: () => this.#api && this.#begin(),
      onStateChange: ({ data }) => this.#enter(data),
      onPlaybackRateChange: () => this.#tell("ratechange"),
      onAutoplayBlocked: () => this.#tell("autoplayblocked"),
      onError: ({ data }) => this.#fail(REASONS[data] ?? "unplayable"),
    };
    this.#api = new YT.Player(this.#frame, { videoId, events });
  }

  #begin() {
    clearTimeout(this.#timer);
    this.#timer = setInterval(() => this.#assert(), 500);
    this.#ready = true;
    for (const act of this.#asked) act(this.#api);
    this.#enter(this.#api.getPlayerState(), "loadedmetadata");
  }

  #enter(state, event = EVENTS[state] ?? "pause") {
    this.#state = state;
    if (state !== BUFFERING) this.paused = state !== PLAYING;
    this.#assert();
    this.#tell(event);
  }

  /** After an advertisement it may forget its start: told again, once. */
  #assert() {
    if (!this.#ready || this.#begun || this.#state !== PLAYING) return;
    const time = this.#api.getCurrentTime();
    const rise = time - this.#risingFrom;
    if (rise < 0 || rise > NEAR) this.#risingFrom = time;
    else if (rise >= BEGUN) {
      const from = this.#risingFrom; // past 0 it is where the viewer went
      this.#begun = this.#asserted || from > NEAR || this.#wanted - from < NEAR;
      if (!this.#begun) this.#api.seekTo(this.#wanted, true);
      this.#asserted = true;
      this.#risingFrom = -Infinity;
    }
  }

  #fail(message = "timeout") {
    clearTimeout(this.#timer);
    loading = null;
    this.error = { message };
    this.#tell("error");
  }
}

function loadApi() {
  return (loading ??= new Promise((resolve, reject) => {
    if (window.YT?.Player) return resolve(window.YT);
    window.YT = undefined; // half of it would not fetch the other half again
    const others = window.onYouTubeIframeAPIReady;
    window.onYouTubeIframeAPIReady = () => (others?.(), resolve(window.YT));
    const script = document.createElement("script");
    script.src = "https://www.youtube.com/iframe_api";
    script.onerror = reject;
    document.head.append(script);
  }));
}
