/** Between the claims and the player. */
import { all, recall, remember, ui } from "./dom.js";
import { ClockPlayer } from "./players/clock.js";
import { YouTubePlayer } from "./players/youtube.js";
import {
	follow, heedScrolling, markRows, readRows, reveal, rows, search, step, wordsOf,
} from "./rows.js";
import { copy, linkTo, openShare } from "./share.js";
import { duration, makeSlider, movePlayHead, setDuration } from "./strip.js";
import { Sync } from "./sync.js";
import { formatTimecode } from "./timecode.js";
import { Timeline } from "./timeline.js";

const KEEP = 2000; // ms: an address may change 100 times in 30 s
const REPLAY = 1.5; // s into a claim: "previous" is the one before

const page = ui.watch;
const { start: opened, end, video, host, path, title } = page.dataset;
const hashed = /\bt=[^&]+/.exec(location.hash);
addEventListener("hashchange", () => location.reload());
// Only the server reads times.
if (hashed) location.replace(`${path}?${hashed}`);

let player, loop, stop;
let timeline = new Timeline([]);
let clipEnd = Number(end ?? Infinity);
let [left, kept] = [0, 0];

const active = () => rows.slice(sync.active.from, sync.active.to);
const sync = new Sync({
	onChange(now, before) {
		markRows(now, before);
		ui.nowClaim.textContent = active().map(wordsOf).join(" · ");
	},
	onTick(at) {
		const wait = Math.ceil(timeline.nextBoundary(at) - at);
		ui.nowNext.textContent = wait < Infinity ? `next in ${formatTimecode(wait)}` : "";
		ui.position.textContent = ui.clockFace.textContent = formatTimecode(at);
		movePlayHead(at);
		if (player) showPlayer(at);
	},
});

function load({ autoplay = true, clock = !ui.media && !video } = {}) {
	const start = sync.position;
	player?.destroy?.();
	page.dataset.player = clock ? "clock" : "video";
	page.dataset.failure = "";
	const own = clock
		? new ClockPlayer({ start, duration })
		: (ui.media ?? new YouTubePlayer(ui.player, { videoId: video, host, start, autoplay }));
	player = own;
	setRate();
	own.addEventListener("error", () => own === player && fail(own.error.message));
	own.addEventListener("autoplayblocked", () => (page.dataset.failure = "blocked"));
	sync.hold(start);
	sync.attach(own);
	if (own.error) own.load(); // perhaps unheard
	if (own === ui.media) own.currentTime = start;
	if (autoplay && (clock || ui.media)) play();
}

const play = () => player.play()?.catch(() => {});

function fail(reason) {
	load({ autoplay: false, clock: true });
	aim();
	page.dataset.failure = ui.media ? "unplayable" : reason;
}

function showPlayer(at) {
	page.dataset.paused = player.paused;
	ui.speed.value = player.playbackRate;
	setDuration(player.duration);
	if (!player.paused) stopAtEnd(at);
	if (player.currentTime && performance.now() - kept > KEEP) keepPlace();
}

function stopAtEnd(at) {
	const rest = ((loop?.end ?? clipEnd) - at) / player.playbackRate;
	clearTimeout(stop);
	if (rest > 1) return;
	if (rest > 0) stop = setTimeout(sync.refresh, rest * 1000);
	else if (loop) sync.seek(loop.start);
	else {
		clipEnd = Infinity;
		player.pause();
	}
}

function seek(seconds) {
	left = sync.position;
	clipEnd = Infinity;
	setLoop(null);
	sync.seek(seconds);
	keepPlace();
	aim();
	ui.backTo.textContent = formatTimecode(left);
}

function setLoop(wanted) {
	loop = wanted;
	ui.loop.ariaPressed = !!loop;
}

/** Points the poster and the links to YouTube at this second. */
function aim() {
	const at = Math.floor(sync.position);
	for (const link of all("[data-source]")) link.href = link.href.replace(/&t=.*|$/, `&t=${at}s`);
	if (!ui.poster) return;
	ui.posterTime.textContent = `Play from ${formatTimecode(at)}`;
	ui.posterClaim.textContent = wordsOf(active()[0]) || title;
}

/** In the address, not in the history, and for "Continue watching". */
function keepPlace() {
	const t = Math.floor(sync.position);
	const row = active().find(({ dataset }) => Number(dataset.start) === t);
	const link = linkTo(t, row?.dataset.claim);
	kept = performance.now();
	if (link === location.href) return;
	history.replaceState(history.state, "", link);
	const others = recall("recent", []).filter((other) => other.path !== path);
	remember("recent", [{ path, title, t }, ...others].slice(0, 4));
}

function showView(name) {
	for (const view of all("[data-view]")) view.hidden = view.dataset.view !== name;
	for (const tab of all(".tabs a")) tab.ariaCurrent = tab.dataset.act === name ? "page" : null;
	reveal();
}

function setRate() {
	if (player) player.playbackRate = Number(ui.speed.value);
}

function shiftRate(by) {
	ui.speed.selectedIndex = Math.min(7, Math.max(0, ui.speed.selectedIndex + by));
	setRate();
}

/** Does what a button or key is named for; a number moves by seconds. */
function act(name) {
	const at = sync.position;
	const [row] = active();
	const start = Number(row?.dataset.start ?? Math.floor(at));
	const next = timeline.nextBoundary(at);
	const acts = {
		play: () => (!player ? load() : player.paused ? play() : player.pause()),
		next: () => next < Infinity && seek(next),
		previous: () => seek(timeline.previousBoundary(at - start < REPLAY ? start : at)),
		replay: () => seek(start),
		loop: () => setLoop(loop ? null : { start, end: Math.min(next, duration) }),
		back: () => seek(left),
		slower: () => shiftRate(-1),
		faster: () => shiftRate(1),
		follow,
		copy: () => copy(linkTo(start, row?.dataset.claim)),
		share: () => openShare(page.dataset, row, Math.floor(at)),
		keys: () => ui.keys.showModal(),
		search: () => (showView("timeline"), ui.within.focus()),
		up: () => step(-1),
		down: () => step(1),
		retry: load,
		clock: () => load({ clock: true }),
	};
	if (Number(name)) seek(at + Number(name));
	else if (acts[name]) acts[name]();
	else showView(name);
}

function click(event) {
	// Who asks for a new tab gets it.
	if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
	const button = event.target.closest("[data-act], [data-copy]");
	if (!button) return clickClaim(event);
	event.preventDefault();
	if (button.dataset.act) act(button.dataset.act);
	else copy(ui[button.dataset.copy].value);
}

function clickClaim(event) {
	const place = event.target.closest("[data-claim], a[data-start]");
	const link = event.target.closest("a");
	if (!place || (link && !place.dataset.start)) return; // a link in a claim
	event.preventDefault();
	const { start, claim } = place.dataset;
	const row = start ? place : rows.find(({ dataset }) => dataset.claim === claim);
	if (row && getSelection()?.type !== "Range") seek(Number(row.dataset.start));
}

function press(event) {
	const { target, key } = event;
	const [known] = all(`[data-key="${CSS.escape(key)}" i]`);
	if (target === ui.within && key === "Escape") target.blur();
	if (!known || event.ctrlKey || event.metaKey || event.altKey) return;
	if (target.closest("input, select, dialog")) return;
	if (key === " " && target.closest("button, a, summary")) return;
	if (!recall("keys", true) && key !== "?") return;
	event.preventDefault();
	act(known.dataset.does);
}

function read() {
	readRows();
	search();
	timeline = new Timeline(rows.map((row) => Number(row.dataset.start)));
	sync.setTimeline(timeline);
	setDuration(duration);
}

addEventListener("click", click);
addEventListener("keydown", press);
addEventListener("visibilitychange", sync.refresh);
ui.panel.addEventListener("htmx:afterSwap", read);
ui.panel.addEventListener("input", search);
// "scroll" comes late, and of any other way.
for (const type of ["wheel", "touchmove", "keydown", "scroll"]) {
	ui.panel.addEventListener(type, heedScrolling, { capture: true, passive: true });
}
ui.speed.onchange = setRate;
makeSlider(seek, (second) => wordsOf(rows[timeline.activeAt(second).to - 1]));
read();
if (opened) sync.hold(Number(opened));
if (!hashed && (ui.media || !video || recall("autoload", false))) load({ autoplay: false });
