import { all, recall, remember, ui } from "./dom.js";
import { ClockPlayer } from "./players/clock.js";
import { YouTubePlayer } from "./players/youtube.js";
import { Rows, follow, heedScrolling, selects, wordsOf } from "./rows.js";
import { copy, linkTo, openShare } from "./share.js";
import { duration, makeSlider, movePlayHead, setDuration } from "./strip.js";
import { Sync } from "./sync.js";
import { formatTimecode } from "./timecode.js";
import { Timeline } from "./timeline.js";

const KEEP = 2000; // ms: an address may change 100 times in 30 s
const REPLAY = 1.5; // s into a claim: "previous" is the one before

const page = ui.watch.dataset;
const { start: opened, end, video, host, path, title } = page;
const hashed = /\bt=[^&]+/.exec(location.hash);
addEventListener("hashchange", () => location.reload());
// Only the server reads times.
if (hashed) location.replace(`?${hashed}`);

let player, loop;
let [left, kept] = [0, 0];

const claims = new Rows("timeline", ([first, ...others]) => {
	ui.nowClaim.textContent = wordsOf(first);
	ui.nowMore.textContent = others.length ? `and ${others.length} more` : "";
});
const cues = new Rows("transcript");
const ending = new Timeline([Number(end ?? Infinity)]);
ending.mark = () => {
	if (!ending.active.to || player?.paused !== false) return;
	if (loop >= 0) return sync.seek(loop);
	setEnd();
	player.pause();
};
const sync = new Sync([ending, claims, cues], (at) => {
	const wait = Math.ceil(claims.nextBoundary(at) - at);
	ui.nowNext.textContent = wait < Infinity ? `next in ${formatTimecode(wait)}` : "";
	ui.position.textContent = ui.clockFace.textContent = formatTimecode(at);
	movePlayHead(at);
	if (!player) return;
	page.paused = player.paused;
	ui.speed.value = player.playbackRate;
	setDuration(player.duration);
	if (player.currentTime && performance.now() - kept > KEEP) keepPlace();
});
const shown = () => (ui.transcript.hidden ? claims : cues);

function load({ autoplay = true, clock = !ui.media && !video } = {}) {
	const start = sync.position;
	player?.destroy?.();
	page.player = clock ? "clock" : "video";
	page.failure = "";
	const own = clock
		? new ClockPlayer({ start, duration })
		: (ui.media ?? new YouTubePlayer(ui.player, { videoId: video, host, start, autoplay }));
	player = own;
	setRate();
	own.addEventListener("error", () => own === player && fail(own.error.message));
	own.addEventListener("autoplayblocked", () => (page.failure = "blocked"));
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
	page.failure = ui.media ? "unplayable" : reason;
}

function seek(seconds) {
	left = sync.position;
	setEnd();
	sync.seek(seconds);
	keepPlace();
	aim();
	ui.backTo.textContent = formatTimecode(left);
}

/** A clip stops there, a loop begins again. */
function setEnd(seconds = Infinity, start = NaN) {
	ending.starts = [seconds];
	loop = start;
	ui.loop.ariaPressed = loop >= 0;
}

function aim() {
	const at = Math.floor(sync.position);
	for (const link of all("[data-source]")) link.href = link.href.replace(/&t=.*|$/, `&t=${at}s`);
	if (!ui.poster) return;
	ui.posterTime.textContent = `Play from ${formatTimecode(at)}`;
	ui.posterClaim.textContent = wordsOf(claims.current[0]) || title;
}

/** In the address, not in the history, and for "Continue watching". */
function keepPlace() {
	const t = Math.floor(sync.position);
	const { start, claim } = claims.current[0]?.dataset ?? {};
	const link = linkTo(t, Number(start) === t && claim);
	kept = performance.now();
	if (link === location.href) return;
	history.replaceState(history.state, "", link);
	const others = recall("recent", []).filter((other) => other.path !== path);
	remember("recent", [{ path, title, t }, ...others].slice(0, 4));
}

function showView(name) {
	for (const view of all("[data-view]")) view.hidden = view.dataset.view !== name;
	for (const tab of all(".tabs a")) tab.ariaCurrent = tab.dataset.act === name ? "page" : null;
	shown().reveal();
}

function setRate(by = 0) {
	ui.speed.selectedIndex = Math.min(7, Math.max(0, ui.speed.selectedIndex + by));
	if (player) player.playbackRate = Number(ui.speed.value);
}

/** A number moves by seconds. */
function act(name) {
	const at = sync.position;
	const [row] = claims.current;
	const start = Number(row?.dataset.start ?? Math.floor(at));
	const next = claims.nextBoundary(at);
	const acts = {
		play: () => (!player ? load() : player.paused ? play() : player.pause()),
		next: () => next < Infinity && seek(next),
		previous: () => seek(claims.previousBoundary(at - start < REPLAY ? start : at)),
		replay: () => seek(start),
		loop: () => (loop >= 0 ? setEnd() : setEnd(Math.min(next, duration), start)),
		back: () => seek(left),
		slower: () => setRate(-1),
		faster: () => setRate(1),
		follow: () => (follow(), shown().reveal()),
		copy: () => copy(linkTo(start, row?.dataset.claim)),
		share: () => openShare(page, row, Math.floor(at)),
		keys: () => ui.keys.showModal(),
		search: () => (ui.transcript.hidden && showView("timeline"), shown().box?.focus()),
		up: () => shown().step(-1),
		down: () => shown().step(1),
		retry: load,
		clock: () => load({ clock: true }),
	};
	if (Number(name)) seek(at + Number(name));
	else (acts[name] ?? showView)(name);
}

const isModified = (event) => event.metaKey || event.ctrlKey || event.altKey;

function click(event) {
	// Who asks for a new tab gets it.
	if (event.shiftKey || isModified(event)) return;
	const button = event.target.closest("[data-act], [data-copy]");
	if (!button) return clickClaim(event);
	event.preventDefault();
	if (button.dataset.act) act(button.dataset.act);
	else copy(button.value || button.previousElementSibling.value);
}

function clickClaim(event) {
	const place = event.target.closest("[data-claim], a[data-start], .said");
	const { start, claim } = place?.dataset ?? {};
	if (!start && (!claim || event.target.closest("a"))) return; // a link in a claim
	event.preventDefault();
	const row = start ? place : claims.rows.find(({ dataset }) => dataset.claim === claim);
	if (row && !selects(ui.panel)) seek(Number(row.dataset.start));
}

function press(event) {
	const { target, key } = event;
	const [known] = all(`[data-key="${CSS.escape(key)}" i]`);
	if (!known || isModified(event) || target.closest("input, select, dialog")) return;
	if (key === " " && target.closest("button, a, summary")) return;
	if (!recall("keys", true) && key !== "?") return;
	event.preventDefault();
	act(known.dataset.does);
}

function read() {
	claims.read();
	cues.read();
	sync.refresh();
	setDuration(duration);
}

addEventListener("click", click);
addEventListener("keydown", press);
addEventListener("visibilitychange", sync.refresh);
// Words of the transcript are copied with their time.
addEventListener("copy", (event) => {
	const cue = shown() === cues && cues.rows.find(selects);
	if (!cue) return;
	const words = `[${formatTimecode(cue.dataset.start)}] ${getSelection()}`;
	event.clipboardData?.setData("text/plain", words);
	event.preventDefault();
});
ui.panel.addEventListener("htmx:afterSwap", read);
ui.panel.addEventListener("input", () => shown().search());
// "scroll" comes late, and of any other way.
for (const type of ["wheel", "touchmove", "keydown", "scroll"]) {
	ui.panel.addEventListener(type, heedScrolling, { capture: true, passive: true });
}
ui.speed.onchange = () => setRate();
makeSlider(seek, (second) => wordsOf(claims.rows[claims.activeAt(second).to - 1]));
if (opened) sync.hold(Number(opened));
read();
if (!hashed && (ui.media || !video || recall("autoload"))) load({ autoplay: false });
