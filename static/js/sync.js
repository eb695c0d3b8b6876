import { Timeline } from "./timeline.js";

const EVENTS = "loadedmetadata play playing pause waiting ratechange ended".split(" ");
const ARRIVED = 0.4; // s from the target: the seek has landed
const RUN_ON = 1.2; // s: a clock interpolates up to 1 s beyond its report
const KEYFRAME = 2.5; // s: a seek lands up to 2 s early
const SAME = 0.1; // s
const HOLD = 1500; // ms, then a clock that runs elsewhere is believed
const SETTLED = 500; // ms, two reports: the seek is known
const APPROACH = 25; // ms before a boundary, to look again
const PULSE = { playing: 250, paused: 1000, held: 50, stalled: 100 }; // ms

/** Marks the rows whose time it is: sleeps until the next boundary is due, and reads the clock. */
export class Sync {
	active = { from: 0, to: 0 };
	#timeline = new Timeline([]);
	/** @type {Player | undefined} */
	#player;
	#listening;
	#position = 0;
	#clock;
	#pace; // playbackRate, or 0 while it does not play
	#held = false;
	#heldAt;
	#left; // the clock where the seek left
	#slack = KEYFRAME;
	#timer;
	#nap;
	#woken; // the clock at the last wake-up
	#options;

	/** @param {SyncOptions} options */
	constructor(options) {
		this.#options = options;
	}

	/** Where the reader asked to be, until the player's clock is there. */
	get position() {
		if (!this.#player) return this.#position;
		const { currentTime: clock, paused, ended, playbackRate } = this.#player;
		this.#pace = paused || ended ? 0 : playbackRate;
		const since = performance.now() - this.#heldAt;
		const run = (since / 1000) * this.#pace;
		// Until its next report a player counts on from where it left, which may be close by.
		const leaving = since < SETTLED && Math.abs(clock - this.#left - run) < SAME;
		const past = clock - this.#position;
		const arrived = !leaving && past > -ARRIVED && past < ARRIVED + run;
		// A clock that has not left, or stands while it should run, is waiting for the network.
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

	setTimeline(timeline) {
		this.#timeline = timeline;
		this.active = { from: 0, to: 0 };
		this.refresh();
	}

	attach(player) {
		this.detach();
		this.#player = player;
		this.#listening = new AbortController();
		const { signal } = this.#listening;
		for (const type of EVENTS) player.addEventListener(type, this.refresh, { signal });
		player.addEventListener("seeked", this.#land, { signal });
		this.#expect();
	}

	detach() {
		this.#listening?.abort();
		clearTimeout(this.#timer);
		this.#player = undefined;
	}

	seek(seconds) {
		const target = Math.max(0, seconds);
		this.hold(target);
		if (this.#player) this.#player.currentTime = target;
	}

	/** Marks where a player to come will begin. */
	hold(seconds) {
		this.#position = seconds;
		this.#held = true;
		this.#expect(this.#player?.currentTime);
	}

	refresh = () => {
		this.#woken = undefined;
		this.#wake();
	};

	#wake = () => {
		const { position, active: previous } = this;
		this.#sleep(position);
		this.active = this.#timeline.activeAt(position);
		if (this.active.to !== previous.to) this.#options.onChange(this.active, previous);
		this.#options.onTick?.(this.#position);
	};

	/** A clock that tells "seeked" is exact: then a small step back is the viewer's own. */
	#land = () => {
		const clock = this.#player?.currentTime ?? NaN;
		this.#left = undefined;
		if (!this.#held && this.#position - clock > SAME) this.#position = clock;
		this.refresh();
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
		const due = ((this.#timeline.nextBoundary(position) - this.#clock) / this.#pace) * 1000;
		if (due > 0) delay = Math.min(delay, due > 2 * APPROACH ? due - APPROACH : due);
		// A stalled clock is asked less and less often.
		this.#nap = this.#clock === this.#woken ? Math.min(2 * this.#nap, PULSE.stalled) : 1;
		this.#woken = this.#clock;
		// Rounded up: a timer that is early costs another.
		this.#timer = setTimeout(this.#wake, Math.ceil(Math.max(delay, this.#nap)));
	}
}
