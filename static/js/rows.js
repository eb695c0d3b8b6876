import { all, ui } from "./dom.js";
import { Timeline } from "./timeline.js";

const UPPER_THIRD = 0.28;
const SCROLLING = 1000; // ms that our own may last

let following = true;
let scrolledAt = 0;

export const wordsOf = (row) => row?.querySelector(".words").textContent ?? "";
export const selects = (part) =>
	getSelection()?.type === "Range" && getSelection()?.containsNode(part, true);
const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/** The claims or the cues of a view: in step with the video, followed, and searched. */
export class Rows extends Timeline {
	/** @type {any[]} */
	rows = [];
	#tell;
	#all;
	#marked = this.rows;

	constructor(view, tell) {
		super();
		this.#all = (selector) => all(`#${view} :is(${selector})`);
		this.#tell = tell;
	}

	get current() {
		return this.rows.slice(this.active.from, this.active.to);
	}

	get box() {
		return this.#all("input")[0];
	}

	read() {
		this.moveTo(-1);
		this.rows = this.#all(".moment, .cue");
		// Words of a link can't be selected.
		for (const cue of all(".cue[href]")) cue.removeAttribute("href");
		this.starts = this.rows.map(({ dataset }) => Number(dataset.start));
		scrolledAt = performance.now(); // rows that come move the list
		this.search();
	}

	/** Only rows that change are touched. */
	mark(previous) {
		for (const mark of this.#marked) mark.ariaCurrent = null;
		const rows = this.current;
		const pieces = rows.map(({ dataset }) => `#notes [data-claim="${dataset.claim}"]`);
		this.#marked = rows.concat(all(pieces.join() || "none"));
		for (const mark of this.#marked) mark.ariaCurrent = "true";
		const { from } = this.active;
		for (const row of this.rows.slice(previous.from, from)) row.classList.add("past");
		for (const row of this.rows.slice(from, previous.from)) row.classList.remove("past");
		this.#tell?.(rows);
		this.reveal();
	}

	reveal() {
		if (!following || selects(ui.panel) || document.activeElement?.matches("input")) return;
		bring(this.#marked.find((mark) => !mark.closest("[hidden]")));
	}

	search() {
		const words = fold(this.box?.value ?? "").match(/\S+/g);
		for (const row of this.#all(".moment, .passage")) {
			const text = words && fold(wordsOf(row));
			row.classList.toggle("hit", !!words?.every((word) => text.includes(word)));
		}
		this.step(0);
	}

	/** With 0 it only counts the hits. */
	step(by) {
		const hits = this.#all(".hit");
		const before = this.#all(".hit-now");
		let at = hits.indexOf(before[0]);
		if (by && hits.length) {
			for (const row of before) row.classList.remove("hit-now");
			at = (Math.max(at, by < 0 ? 0 : -1) + by + hits.length) % hits.length;
			hits[at].classList.add("hit-now");
			follow(false);
			bring(hits[at]);
		}
		const place = at < 0 ? "" : `${at + 1}/`;
		for (const count of this.#all("output")) {
			count.textContent = this.box.value.trim() && place + hits.length;
		}
	}
}

export function follow(on = !following) {
	following = on;
	ui.follow.ariaPressed = on;
}

function bring(row) {
	const list = row?.closest(".scroller");
	if (!list) return;
	const box = list.getBoundingClientRect();
	const top = row.getBoundingClientRect().top - box.top - box.height * UPPER_THIRD;
	if (Math.abs(top) < 2) return;
	const far = Math.abs(top) > 3 * box.height;
	scrolledAt = performance.now();
	list.scrollBy({ top, behavior: far ? "instant" : "auto" });
	// The height of rows that were never shown was a guess.
	if (far) requestAnimationFrame(() => bring(row));
}

export function heedScrolling({ type, target, key }) {
	if (key && !/^(Page|Home|End|Arrow[UD])/.test(key)) return;
	const own = type === "scroll" && performance.now() - scrolledAt < SCROLLING;
	if (!own && target.closest?.(".scroller")) follow(false);
}
