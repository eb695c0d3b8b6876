import { all } from "./dom.js";
import { wordsOf } from "./rows.js";

const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/** The search within the claims or the transcript: marks the rows that have all words. */
export class Within {
  #all;
  #show;

  /**
   * @param {string} view the id of the part that has the field and the rows
   * @param {(row: HTMLElement) => void} show
   */
  constructor(view, show) {
    this.#all = (selector) => all(`#${view} :is(${selector})`);
    this.#show = show;
  }

  get box() {
    return this.#all("input[type=search]")[0];
  }

  search() {
    const words = fold(this.box?.value ?? "").match(/\S+/g);
    for (const row of this.#all(".moment, .passage")) {
      const text = words && fold(wordsOf(row));
      row.classList.toggle("hit", !!words?.every((word) => text.includes(word)));
    }
    this.step(0);
  }

  /** Goes on by so many hits; with 0 it only counts them. */
  step(by) {
    const hits = this.#all(".hit");
    const before = this.#all(".hit-now");
    let at = hits.indexOf(before[0]);
    if (by && hits.length) {
      for (const row of before) row.classList.remove("hit-now");
      at = (Math.max(at, by < 0 ? 0 : -1) + by + hits.length) % hits.length;
      hits[at].classList.add("hit-now");
      this.#show(hits[at]);
    }
    const place = at < 0 ? "" : `${at + 1}/`;
    for (const count of this.#all("output")) {
      count.textContent = this.box.value.trim() && place + hits.length;
    }
  }
}
