import { mock } from "node:test";

/**
 * Takes the place of the page's clock and timers: a time that only `run` moves, with timers that
 * are a little early or late as a browser's are.
 */
export class World {
  now = 0;
  wakeUps = 0;
  #tasks = [];
  #timers = new Set();
  #count = 0;
  #random = makeRandom(7);

  constructor() {
    mock.method(performance, "now", () => this.now);
    mock.method(globalThis, "setTimeout", this.#setTimer);
    mock.method(globalThis, "clearTimeout", this.#clearTimer);
  }

  /** What a page's `setTimeout` does: nested timers take 4 ms, and all are off by up to 2 ms. */
  #setTimer = (wake, delay) => {
    if (!(delay >= 1)) throw new Error(`a timer of ${delay} ms`);
    const task = () => {
      this.wakeUps += 1;
      wake();
    };
    const id = this.at(this.now + Math.max(4, delay) - 0.3 + 2 * this.#random(), task);
    this.#timers.add(id);
    return id;
  };

  #clearTimer = (id) => {
    this.#tasks = this.#tasks.filter((task) => task.id !== id);
  };

  get pendingTimers() {
    return this.#tasks.filter(({ id }) => this.#timers.has(id)).length;
  }

  /** As a busy or hidden page does: the timers that are set do not fire. */
  freezeTimers() {
    this.#timers.forEach(this.#clearTimer);
  }

  at(time, act) {
    const id = (this.#count += 1);
    this.#tasks.push({ id, time, act });
    return id;
  }

  run(milliseconds) {
    const end = this.now + milliseconds;
    for (;;) {
      const next = this.#tasks.reduce((a, b) => (b.time < (a?.time ?? Infinity) ? b : a), null);
      if (!next || next.time > end) break;
      this.#clearTimer(next.id);
      this.now = Math.max(this.now, next.time);
      next.act();
    }
    this.now = end;
  }
}

/** The same "random" numbers from 0 to 1 at every run. */
export function makeRandom(seed) {
  let state = seed;
  return () => {
    state = (state * 48271) % 0x7fffffff;
    return state / 0x7fffffff;
  };
}

/**
 * A player whose clock is that of YouTube's: reported four times a second, interpolated for 1 s at
 * most, and running on from the old place after a seek until the next report.
 */
export class ReportingPlayer extends EventTarget {
  paused = true;
  duration = NaN;
  seeks = [];
  /** How the next seeks go: milliseconds until they land, and how many seconds early. */
  landing = { after: 120, early: 0 };
  /** Milliseconds by which reports are late, at most. */
  jitter = 0;
  reporting = true;
  #world;
  #interpolating = false;
  #stalled = false;
  #place = { time: 0, at: 0 };
  #report = { time: 0, at: 0 };
  #random = makeRandom(3);
  #seeking = 0;
  #rate = 1;

  constructor(world, start = 0) {
    super();
    this.#world = world;
    this.#move(start);
    this.#tell();
    this.#tick();
  }

  /** Where the video really is. */
  get truth() {
    const runs = this.#interpolating && !this.#stalled;
    const run = runs ? ((this.#world.now - this.#place.at) / 1000) * this.#rate : 0;
    return this.#place.time + run;
  }

  get currentTime() {
    const since = ((this.#world.now - this.#report.at) / 1000) * this.#rate;
    return this.#report.time + (this.#interpolating ? Math.min(since, 1) : 0);
  }

  set currentTime(seconds) {
    this.seeks.push(seconds);
    this.moveByViewer(seconds);
  }

  get playbackRate() {
    return this.#rate;
  }

  set playbackRate(rate) {
    this.#move(this.truth);
    this.#rate = rate;
    this.#tell();
    this.dispatchEvent(new Event("ratechange"));
  }

  play() {
    this.#enter("playing", { paused: false });
  }

  pause() {
    this.#enter("pause", { paused: true });
  }

  /** As setting `currentTime`, but by the controls inside the frame. */
  moveByViewer(seconds) {
    const { after, early } = this.landing;
    const seek = (this.#seeking += 1);
    const { paused } = this;
    this.#world.at(this.#world.now + Math.min(after / 2, 100), () => {
      if (seek === this.#seeking) this.#enter("waiting", { reported: false });
    });
    this.#world.at(this.#world.now + after, () => {
      if (seek !== this.#seeking) return;
      this.#move(Math.max(0, seconds - early));
      this.#enter(paused ? "pause" : "playing", { paused });
    });
  }

  /** Playback stands, or goes on, and the player is not paused all the same. */
  set stalled(stalled) {
    this.#move(this.truth);
    this.#stalled = stalled;
  }

  #enter(event, { paused = this.paused, reported = true }) {
    this.#move(this.truth);
    this.paused = paused;
    this.#interpolating = event === "playing";
    if (reported) this.#tell();
    this.dispatchEvent(new Event(event));
  }

  #move(time) {
    this.#place = { time, at: this.#world.now };
  }

  #tell(time = this.truth) {
    this.#report = { time, at: this.#world.now };
  }

  #tick() {
    const { truth } = this;
    const seek = this.#seeking;
    const late = this.jitter * this.#random();
    this.#world.at(this.#world.now + late, () => {
      if (this.reporting && this.#interpolating && seek === this.#seeking) this.#tell(truth);
    });
    this.#world.at(this.#world.now + 250, () => this.#tick());
  }
}
