import { keepPlace, linkTo, openFragment } from "./address.js";
import { all, recall, ui } from "./dom.js";
import { Follower } from "./follow.js";
import { isModified, keyFor } from "./keys.js";
import { Playback } from "./playback.js";
import { Rows, wordsOf } from "./rows.js";
import { copy, openShare } from "./share.js";
import { duration, makeSlider, movePlayHead, setDuration } from "./strip.js";
import { Sync } from "./sync.js";
import { formatTimecode } from "./timecode.js";
import { Timeline } from "./timeline.js";
import { Within } from "./within.js";

const KEEP = 2000; // ms: an address may change 100 times in 30 s
const REPLAY = 1.5; // s into a claim: "previous" is the one before
const KEYBOARD = 100; // px: what covers more of the page is one

const page = ui.watch.dataset;
const isLeaving = openFragment();
let loop = NaN;
let left = 0;
let keptAt = 0;

// What is shown

const isSelected = (part) =>
  getSelection()?.type === "Range" && !!getSelection()?.containsNode(part, true);
const isTyping = () => !!document.activeElement?.matches("input");
const follower = new Follower(
  ui.panel,
  (isOn) => (ui.follow.ariaPressed = isOn),
  () => isSelected(ui.panel) || isTyping(),
);
const show = (row) => follower.follow(row);
const claims = new Rows("timeline", show, ([first, ...others]) => {
  ui.nowClaim.textContent = wordsOf(first);
  ui.nowMore.textContent = others.length ? `and ${others.length} more` : "";
});
const cues = new Rows("transcript", show);
const showHit = (row) => {
  follower.toggle(false);
  follower.bring(row);
};
const searches = { claims: new Within("timeline", showHit), cues: new Within("transcript", showHit) };
const isTranscript = () => !ui.transcript.hidden;
const shown = () => (isTranscript() ? cues : claims);
const search = () => (isTranscript() ? searches.cues : searches.claims);

function showView(name) {
  for (const view of all("[data-view]")) view.hidden = view.dataset.view !== name;
  for (const tab of all(".tabs a")) tab.ariaCurrent = tab.dataset.act === name ? "page" : null;
  shown().reveal();
}

/** Rows come and go: what is marked, found and in sight stays so. */
function read() {
  const isOther = [claims.read(), cues.read()];
  if (!isOther.some(Boolean)) return;
  for (const each of Object.values(searches)) each.search();
  sync.refresh();
  setDuration(duration);
  follower.watch();
}

// What is played

const ending = new Timeline([Number(page.end ?? Infinity)]);
ending.mark = () => {
  if (!ending.active.to || playback.player?.paused !== false) return;
  if (loop >= 0) return sync.seek(loop);
  setEnd();
  playback.pause();
};
const sync = new Sync([ending, claims, cues], (at) => {
  const wait = Math.ceil(claims.nextBoundary(at) - at);
  ui.nowNext.textContent = wait < Infinity ? `next in ${formatTimecode(wait)}` : "";
  ui.position.textContent = ui.clockFace.textContent = formatTimecode(at);
  movePlayHead(at);
  const { player } = playback;
  if (!player) return;
  page.paused = player.paused;
  ui.speed.value = player.playbackRate;
  setDuration(player.duration);
  if (player.currentTime && performance.now() - keptAt > KEEP) keep();
});
const playback = new Playback(page, sync, aim);

function seek(seconds) {
  left = sync.position;
  setEnd();
  sync.seek(seconds);
  keep();
  aim();
  ui.backTo.textContent = formatTimecode(left);
}

/** A clip stops there, a loop begins again. */
function setEnd(seconds = Infinity, start = NaN) {
  ending.starts = [seconds];
  loop = start;
  for (const button of all('[data-act="loop"]')) button.ariaPressed = String(loop >= 0);
}

function keep() {
  keptAt = performance.now();
  keepPlace(page, sync.position, claims.current[0]);
}

/** Links to the video's own site, and the poster, say where the reader is. */
function aim() {
  const at = Math.floor(sync.position);
  for (const link of all("[data-source]")) link.href = link.href.replace(/&t=.*|$/, `&t=${at}s`);
  if (!ui.poster) return;
  ui.posterTime.textContent = `Play from ${formatTimecode(at)}`;
  ui.posterClaim.textContent = wordsOf(claims.current[0]) || page.title;
}

// What the reader does

/** What buttons and keys ask for by name. */
const acts = {
  play: () => playback.toggle(),
  next: () => {
    const next = claims.nextBoundary(sync.position);
    if (next < Infinity) seek(next);
  },
  previous: () => {
    const at = sync.position;
    const start = startOfClaim();
    seek(claims.previousBoundary(at - start < REPLAY ? start : at));
  },
  replay: () => seek(startOfClaim()),
  loop: () => {
    if (loop >= 0) setEnd();
    else setEnd(Math.min(claims.nextBoundary(sync.position), duration), startOfClaim());
  },
  back: () => seek(left),
  slower: () => playback.setRate(-1),
  faster: () => playback.setRate(1),
  follow: () => {
    follower.toggle();
    shown().reveal();
  },
  copy: () => copy(linkTo(startOfClaim(), claims.current[0]?.dataset.claim)),
  share: () => openShare(page, claims.current[0], Math.floor(sync.position)),
  keys: () => ui.keys.showModal(),
  search: () => {
    if (ui.transcript.hidden) showView("timeline");
    page.searching = "true";
    search().box?.focus();
  },
  leave: () => {
    delete page.searching;
    search().box.value = "";
    search().search();
  },
  up: () => search().step(-1),
  down: () => search().step(1),
  retry: () => playback.load(),
  clock: () => playback.load({ clock: true }),
  timeline: () => showView("timeline"),
  note: () => showView("note"),
  transcript: () => showView("transcript"),
  dismiss: () => all(".notice:has([data-act=dismiss])")[0].remove(),
};

const startOfClaim = () =>
  Number(claims.current[0]?.dataset.start ?? Math.floor(sync.position));

/** A number moves by so many seconds. */
function act(name) {
  if (Number(name)) seek(sync.position + Number(name));
  else acts[name]();
}

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
  if (row && !isSelected(ui.panel)) seek(Number(row.dataset.start));
}

function press(event) {
  const { target, key } = event;
  const row = target.closest(".moment, .passage");
  const by = { ArrowDown: 1, ArrowUp: -1 }[key];
  if (row && by && !isModified(event) && !target.closest("input")) shown().step(row, by);
  else {
    const name = keyFor(event);
    if (!name) return;
    act(name);
  }
  event.preventDefault();
}

addEventListener("click", click);
addEventListener("keydown", press);
addEventListener("visibilitychange", sync.refresh);
addEventListener("hashchange", openFragment);
// Words of the transcript are copied with their time.
addEventListener("copy", (event) => {
  const cue = isTranscript() && cues.rows.find(isSelected);
  if (!cue) return;
  const words = `[${formatTimecode(cue.dataset.start)}] ${getSelection()}`;
  event.clipboardData?.setData("text/plain", words);
  event.preventDefault();
});
ui.panel.addEventListener("input", () => search().search());
ui.speed.onchange = () => playback.setRate();
makeSlider(seek, (second) => wordsOf(claims.rows[claims.activeAt(second).to - 1]));

// What comes while the page is open

let putBack = () => {};
addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.shouldSwap) putBack = follower.hold();
});
addEventListener("htmx:afterSwap", () => {
  putBack();
  putBack = () => {};
  read();
});
visualViewport?.addEventListener("resize", () => {
  const { height, scale } = /** @type {VisualViewport} */ (visualViewport);
  const isCovered = scale === 1 && innerHeight - height > KEYBOARD;
  document.documentElement.style.setProperty("--visible", isCovered ? `${height}px` : "");
  if (isTyping()) search().box.scrollIntoView({ block: "nearest" });
});

if (page.start) sync.hold(Number(page.start));
read();
if (!isLeaving && (ui.media || !page.video || recall("autoload"))) playback.load({ autoplay: false });
