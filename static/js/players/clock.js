/** Plays only time, where no video can be shown. @implements {Player} */
export class ClockPlayer extends EventTarget {
  paused = true;
  #rate = 1;
  #from;
  #since;
  #timer;

  constructor({ start = 0, duration = NaN } = {}) {
    super();
    this.#from = start;
    this.duration = duration || NaN;
  }

  get currentTime() {
    const run = this.paused ? 0 : ((performance.now() - this.#since) / 1000) * this.#rate;
    return Math.min(this.#from + run, this.duration || Infinity);
  }

  set currentTime(seconds) {
    this.#change("seeked", { from: Math.max(0, seconds) });
  }

  get playbackRate() {
    return this.#rate;
  }

  set playbackRate(rate) {
    this.#change("ratechange", { rate });
  }

  play() {
    const time = this.currentTime;
    this.#change("play", { from: time === this.duration ? 0 : time, paused: false });
  }

  pause() {
    this.#change("pause", { paused: true });
  }

  destroy() {
    this.dispatchEvent = () => true;
    this.pause();
  }

  #change(type, { from = this.currentTime, paused = this.paused, rate = this.#rate }) {
    this.#from = from;
    this.#since = performance.now();
    this.#rate = rate;
    this.paused = paused;
    clearTimeout(this.#timer);
    const end = () => this.#change("ended", { from: this.duration, paused: true });
    if (this.duration && !paused) this.#timer = setTimeout(end, ((this.duration - from) / rate) * 1000);
    this.dispatchEvent(new Event(type));
  }
}
