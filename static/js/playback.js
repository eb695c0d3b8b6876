import { ui } from "./dom.js";
import { ClockPlayer } from "./players/clock.js";
import { YouTubePlayer } from "./players/youtube.js";
import { duration } from "./strip.js";

/** The one player of the page: YouTube's, a media file's, or the clock where neither plays. */
export class Playback {
  /** @type {any} */
  player;
  #page;
  #sync;
  #failed;
  #isAsked = false; // to play

  /**
   * @param {DOMStringMap} page which shows the state: `player`, `paused`, `failure`
   * @param {import("./sync.js").Sync} sync
   * @param {() => void} failed is called once the clock has taken the player's place
   */
  constructor(page, sync, failed) {
    this.#page = page;
    this.#sync = sync;
    this.#failed = failed;
  }

  load({ autoplay = true, clock = !ui.media && !this.#page.video } = {}) {
    const start = this.#sync.position;
    const { video: videoId, host } = this.#page;
    this.player?.destroy?.();
    this.#page.player = clock ? "clock" : "video";
    this.#page.failure = "";
    const own = clock
      ? new ClockPlayer({ start, duration })
      : (ui.media ?? new YouTubePlayer(ui.player, { videoId, host, start, autoplay }));
    this.player = own;
    this.#isAsked = autoplay;
    this.setRate();
    own.addEventListener("error", () => own === this.player && this.#fail(own.error.message));
    own.addEventListener("autoplayblocked", () => (this.#page.failure = "blocked"));
    this.#sync.hold(start);
    this.#sync.attach(own);
    if (own.error) own.load(); // perhaps unheard
    if (own === ui.media) own.currentTime = start;
    if (autoplay && (clock || ui.media)) this.play();
  }

  play() {
    this.#isAsked = true;
    this.player.play()?.catch(() => {});
  }

  toggle() {
    if (!this.player) this.load();
    else if (this.player.paused) this.play();
    else this.pause();
  }

  pause() {
    this.#isAsked = false;
    this.player.pause();
  }

  /** Sets the speed that is chosen, or another so many steps from it. */
  setRate(steps = 0) {
    const { options, selectedIndex } = ui.speed;
    ui.speed.selectedIndex = Math.min(options.length - 1, Math.max(0, selectedIndex + steps));
    if (this.player) this.player.playbackRate = Number(ui.speed.value);
  }

  /** What was asked for goes on: the clock plays if the player was to. */
  #fail(reason) {
    this.load({ autoplay: this.#isAsked, clock: true });
    this.#page.failure = ui.media ? "unplayable" : reason;
    this.#failed();
  }
}
