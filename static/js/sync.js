const EVENTS = "loadedmetadata play playing pause waiting seeked ratechange ended".split(" ");
const ARRIVED = 0.4; // s from the target: the seek has landed
const RUN_ON = 1.2; // s: a clock interpolates up to 1 s beyond its report
const KEYFRAME = 2.5; // s: a seek lands up to 2 s early
const SAME = 0.1; // s
const HOLD = 1500; // ms, then a clock that runs elsewhere is believed
const SETTLED = 500; // ms, two reports: the seek is known
const APPROACH = 25; // ms before a boundary, to look again
const PULSE = { playing: 250, paused: 1000, held: 50, stalled: 100 }; // ms

/** Sleeps until the next boundary is due, and reads the clock. */
export class Sync {
  #timelines;
  #onTick;
  /** @type {Player | undefined} */
  #player;
  #listening;
  #position = 0;
  #clock;
  #pace; // rate, or 0 while it does not play
  #held = false;
  #heldAt;
  #left; // clock where the seek left
  #slack = KEYFRAME;
  #timer;
  #nap;
  #woken; // clock at the last wake-up

  constructor(timelines, onTick) {
    this.#timelines = timelines;
    this.#onTick = onTick;
  }

  /** Where the reader asked to be, until the player's clock is there. */
  get position() {
    if (!this.#player) return this.#position;
    const { currentTime: clock, paused, ended, playbackRate } = this.#player;
    this.#pace = paused || ended ? 0 : playbackRate;
    const since = performance.now() - this.#heldAt;
    const run = (since / 1000) * this.#pace;
    // Until its next report a player counts on from where it left.
    const leaving = since < SETTLED && Math.abs(clock - this.#left - run) < SAME;
    const past = clock - this.#position;
    const arrived = !leaving && past > -ARRIVED && past < ARRIVED + run;
    // A clock that stands while it should run is waiting for the network.
    const waiting = clock === this.#left || (this.#pace > 0 && clock === this.#clock);
    this.#held &&= !arrived && (since < HOLD || waiting);
    this.#clock = clock;
    // A clock a little behind is at a keyframe or was corrected: do not flicker back.
    if (!this.#held && (past > 0 || past < -this.#slack)) {
      if (since > HOLD) this.#slack = RUN_ON;
      this.#position = clock;
    }
    return this.#position;
  }

  attach(player) {
    this.#listening?.abort();
    this.#player = player;
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    for (const type of EVENTS) player.addEventListener(type, this.refresh, { signal });
    this.#expect();
  }

  seek(seconds) {
    const target = Math.max(0, seconds);
    this.hold(target);
    if (this.#player) this.#player.currentTime = target;
  }

  hold(seconds) {
    this.#position = seconds;
    this.#held = true;
    this.#expect(this.#player?.currentTime);
  }

  refresh = (event) => {
    // A clock that tells "seeked" is exact: then a small step back is the viewer's own.
    if (event?.type === "seeked") {
      const clock = event.target.currentTime;
      this.#left = undefined;
      if (!this.#held && this.#position - clock > SAME) this.#position = clock;
    }
    this.#woken = undefined;
    this.#wake();
  };

  #wake = () => {
    this.#sleep(this.position);
    for (const timeline of this.#timelines) timeline.moveTo(this.#position);
    this.#onTick(this.#position);
  };

  #expect(left) {
    this.#left = left;
    this.#heldAt = performance.now();
    this.#slack = KEYFRAME;
    this.refresh();
  }

  #sleep(position) {
    clearTimeout(this.#timer);
    if (!this.#player) return;
    let delay = !this.#pace ? PULSE.paused : this.#held ? PULSE.held : PULSE.playing;
    const next = Math.min(...this.#timelines.map((rows) => rows.nextBoundary(position)));
    const due = ((next - this.#clock) / this.#pace) * 1000;
    if (due > 0) delay = Math.min(delay, due > 2 * APPROACH ? due - APPROACH : due);
    // A stalled clock is asked ever less often.
    this.#nap = this.#clock === this.#woken ? Math.min(2 * this.#nap, PULSE.stalled) : 1;
    this.#woken = this.#clock;
    // Rounded up: a timer that is early costs another.
    this.#timer = setTimeout(this.#wake, Math.ceil(Math.max(delay, this.#nap)));
  }
}
