import { all, ui } from "./dom.js";

const UPPER_THIRD = 0.28;
const SCROLLING = 1000; // ms that our own may last

/** @type {any[]} in the video's order */
export let rows = [];
let hits = rows;
let hit = -1;
let pieces = new Map(); // in the notes
let marked = rows;
let following = true;
let scrolledAt = 0;

export const wordsOf = (row) => row?.querySelector(".words").textContent ?? "";

export function readRows() {
	rows = all("[data-claim][data-start]");
	for (const old of all(".past, [data-claim][aria-current]")) {
		old.classList.remove("past");
		old.ariaCurrent = null;
	}
	pieces = Map.groupBy(all("#notes [data-claim]"), (piece) => piece.dataset.claim);
	scrolledAt = performance.now(); // rows that come move the list
}

/** Marks the active rows and fades the past ones; only rows that change are touched. */
export function markRows(active, previous) {
	for (const mark of marked) mark.ariaCurrent = null;
	marked = rows.slice(active.from, active.to);
	marked.push(...marked.flatMap(({ dataset }) => pieces.get(dataset.claim) ?? []));
	for (const mark of marked) mark.ariaCurrent = "true";
	const [from, to] = [previous.from, active.from].sort((a, b) => a - b);
	for (const row of rows.slice(from, to)) row.classList.toggle("past", to === active.from);
	reveal();
}

export function follow(on = !following) {
	following = on;
	ui.follow.ariaPressed = on;
	reveal();
}

export function reveal() {
	const selection = getSelection();
	const selects = selection?.type === "Range" && selection.containsNode(ui.panel, true);
	if (!following || selects || document.activeElement?.matches("input")) return;
	bring(marked.find((mark) => !mark.closest("[hidden]")));
}

export function bring(row) {
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
	if (!own && following && target.closest?.(".scroller")) follow(false);
}

const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

export function search() {
	const words = fold(ui.within.value).match(/\S+/g);
	const now = hits[hit];
	for (const row of hits) row.classList.remove("hit", "hit-now");
	hits = rows.filter((row) => {
		const text = words && fold(wordsOf(row));
		return text && words.every((word) => text.includes(word));
	});
	for (const row of hits) row.classList.add("hit");
	hit = hits.indexOf(now);
	show(words);
}

function show(searching) {
	hits.forEach((row, i) => row.classList.toggle("hit-now", i === hit));
	const place = hit < 0 ? "" : `${hit + 1}/`;
	ui.count.textContent = searching ? place + hits.length : "";
}

export function step(by) {
	if (!hits.length) return;
	hit = (Math.max(hit, by < 0 ? 0 : -1) + by + hits.length) % hits.length;
	show(true);
	follow(false);
	bring(hits[hit]);
}
