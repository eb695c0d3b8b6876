import { all } from "./dom.js";
import { Timeline } from "./timeline.js";

const CONTROLS = "a[href], summary, button, input, [tabindex]";

export const wordsOf = (row) => row?.querySelector(".words").textContent ?? "";

/** The claims or the cues of a view, marked in step with the video. */
export class Rows extends Timeline {
  /** @type {any[]} */
  rows = [];
  #all;
  #tell;
  #show;
  #prose; // the notes, which have the claims too
  /** @type {any[]} */
  #marked = [];
  #stop; // where Tab enters the list

  /**
   * @param {string} view the id of the part that has them
   * @param {(row: HTMLElement) => void} show is told which of the marked rows is in sight
   * @param {(rows: HTMLElement[]) => void} [tell] which are marked
   */
  constructor(view, show, tell) {
    super();
    this.#all = (selector) => all(`#${view} :is(${selector})`);
    this.#show = show;
    this.#tell = tell;
  }

  get current() {
    return this.rows.slice(this.active.from, this.active.to);
  }

  /** Reads what the page has; returns whether that is other than it was. */
  read() {
    const rows = this.#all(".moment, .cue");
    const prose = document.querySelector("#notes");
    const { length } = this.rows;
    const isSame = rows.length === length && rows.every((row, at) => row === this.rows[at]);
    if (isSame && prose === this.#prose) return false;
    this.#prose = prose;
    if (!isSame) this.#take(rows);
    this.#marked = [...this.#all('[aria-current="true"]'), ...all('#notes [aria-current="true"]')];
    this.moveTo(-1);
    return true;
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
    if (!this.#stop?.contains(document.activeElement)) this.#stopAt(rows[0] ?? this.rows[0]);
    this.#tell?.(rows);
    this.reveal();
  }

  reveal() {
    const mark = this.#marked.find((mark) => !mark.closest("[hidden]"));
    if (mark) this.#show(mark);
  }

  /** Moves the focus to the row after or before, and the place where Tab enters. */
  step(from, by) {
    const stops = this.#all(".moment, .passage");
    const next = stops[stops.indexOf(from) + by];
    if (!next) return;
    this.#stopAt(next);
    next.querySelector("a[href]").focus();
  }

  #take(rows) {
    this.rows = rows;
    this.starts = rows.map(({ dataset }) => Number(dataset.start));
    // Words of a link can't be selected.
    for (const cue of all(".cue[href]")) cue.removeAttribute("href");
    // Of thousands of rows one is a stop for Tab; the arrows go on from there.
    for (const control of this.#all(`:is(.moment, .passage) :is(${CONTROLS}):not([tabindex="-1"])`)) {
      control.tabIndex = -1;
    }
    this.#stop = undefined;
  }

  #stopAt(place) {
    const row = place?.closest(".moment, .passage");
    if (!row || row === this.#stop) return;
    for (const control of this.#stop?.querySelectorAll(CONTROLS) ?? []) control.tabIndex = -1;
    for (const control of row.querySelectorAll(CONTROLS)) control.tabIndex = 0;
    this.#stop = row;
  }
}
