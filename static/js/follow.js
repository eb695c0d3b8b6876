import { all } from "./dom.js";

const UPPER = 0.28; // of the list's height: `scroll-padding` in layout.css
const FAR = 3; // heights of the list: from there it jumps
const STILL = 2; // px: less is no move
const GLIDE = 1000; // ms that a glide may take
const ASTRAY = 64; // px back: no glide goes so, even from one end to another
const FRAMES = 8; // in which rows that come into view may still change their height
const MOVES = /^(Page|Home|End|Arrow[UD])/;
const PLACES = ".moment, .passage, .claim";

/**
 * Keeps what is being said where the reader sees it, until the reader moves the list.
 *
 * A batch of rows that is left out of rendering (`content-visibility`) has a guessed height, and its
 * rows have places that nothing is painted at. Only `scrollIntoView` knows better: it renders the
 * batch first. Whatever comes into view then takes its true height, which is why the place is looked
 * at again in the frames that follow.
 */
export class Follower {
  isOn = true;
  #tell;
  #isBusy;
  /** The row that was brought last, and its list. */
  #row;
  #list;
  /** Where it came to rest: px from the list's upper edge, and the list's size then. */
  #offset = 0;
  #size = "";
  /** A glide: when it is over at the latest, its end, and what is left of it, in px. */
  #glidesUntil = 0;
  #end = 0;
  #left = 0;
  /** The row that is being put in its place, and the frames that are still to look at. */
  #moved;
  #frames = 0;
  #pointed; // what the reader pressed, until they press a key
  #isHeld = false; // rows are being exchanged, and the focus is put back
  #observer = new ResizeObserver(() => this.#keep());

  /**
   * @param {HTMLElement} panel which holds the lists, `.scroller`
   * @param {(isOn: boolean) => void} tell
   * @param {() => boolean} isBusy true while the list must not move: words are selected, or typed
   */
  constructor(panel, tell, isBusy) {
    this.#tell = tell;
    this.#isBusy = isBusy;
    const types = ["wheel", "touchmove", "keydown", "pointerdown", "focusin", "scroll", "scrollend"];
    for (const type of types) {
      panel.addEventListener(type, this.#heed, { capture: true, passive: true });
    }
  }

  toggle(isOn = !this.isOn) {
    this.isOn = isOn;
    this.#tell(isOn);
  }

  /** Shows the row, if it is to be followed. */
  follow(row) {
    if (this.isOn && !this.#isBusy()) this.bring(row);
  }

  /** Shows the row in the upper third of its list. */
  bring(row) {
    const list = row.closest(".scroller");
    if (!list?.clientHeight) return;
    this.#row = row;
    this.#list = list;
    this.#frames = 0;
    const move = offsetOf(row) - list.clientHeight * UPPER;
    const isNear = Math.abs(move) < FAR * list.clientHeight;
    if (isNear && row.checkVisibility({ contentVisibilityAuto: true })) {
      const top = Math.min(Math.max(0, list.scrollTop + move), list.scrollHeight - list.clientHeight);
      if (!this.#isGliding && Math.abs(top - list.scrollTop) < STILL) return this.#rest();
      this.#glidesUntil = performance.now() + GLIDE;
      this.#end = top;
      this.#left = Math.abs(top - list.scrollTop);
      list.scrollTo({ top }); // as the style says: a glide, or none
    } else this.#put(row);
  }

  /** Call it before rows are exchanged; what it returns puts the list back where it was. */
  hold() {
    const lists = all(".scroller").filter((list) => list.clientHeight);
    const places = lists.map(findPlace).filter((place) => place !== undefined);
    this.#isHeld = true;
    return () => {
      this.#isHeld = false;
      if (this.isOn && this.#row?.isConnected) {
        if (!this.#isMoving && !this.#isAtRest()) this.#put(this.#row, this.#offset);
      } else {
        for (const { selector, offset } of places) {
          const row = document.querySelector(selector);
          if (row && Math.abs(offsetOf(row) - offset) > STILL) this.#put(row, offset);
        }
      }
      this.watch();
    };
  }

  /** Call it when there are other lists or rows: their sizes are watched. */
  watch() {
    this.#observer.disconnect();
    for (const part of all(".scroller, .scroller > *")) this.#observer.observe(part);
  }

  /** Puts a row into the upper third of its list, or so many px below its upper edge. */
  #put(row, offset, frames = FRAMES) {
    row.scrollIntoView({ block: "start", behavior: "instant" });
    if (offset !== undefined) {
      row.closest(".scroller").scrollBy({ top: offsetOf(row) - offset, behavior: "instant" });
    }
    this.#rest();
    this.#moved = row;
    this.#frames = frames;
    if (!frames) return;
    requestAnimationFrame(() => {
      if (this.#frames !== frames || this.#moved !== row) return;
      if (row.isConnected) this.#put(row, offset, frames - 1);
      else this.#frames = 0;
    });
  }

  #rest() {
    this.#glidesUntil = 0;
    if (!this.#row?.isConnected) return;
    this.#offset = offsetOf(this.#row);
    this.#size = sizeOf(this.#list);
  }

  /** The window was turned, the text made larger, a notice came or went. */
  #keep() {
    if (!this.isOn || !this.#row?.isConnected || !this.#list.clientHeight) return;
    if (sizeOf(this.#list) !== this.#size) this.#glidesUntil = 0; // it would end elsewhere
    if (this.#isMoving) return;
    if (this.#isBusy()) return this.#rest();
    const place = this.#list.scrollTop ? this.#list.clientHeight * UPPER : this.#offset;
    if (Math.abs(offsetOf(this.#row) - place) > STILL) this.#put(this.#row);
    else this.#rest();
  }

  get #isGliding() {
    return performance.now() < this.#glidesUntil;
  }

  get #isMoving() {
    return this.#frames > 0 || this.#isGliding;
  }

  /** Any move in the list that isn't ours is the reader's, whatever made it. */
  #heed = (/** @type {any} */ { type, target, key, offsetX }) => {
    if (type === "pointerdown") this.#pointed = target;
    if (type === "keydown") this.#pointed = null;
    const list = target.closest?.(".scroller");
    if (!list || (key && !MOVES.test(key))) return;
    if (type === "scrollend" && target === this.#list && this.#glidesUntil) {
      if (this.isOn && this.#row.isConnected) this.#put(this.#row, undefined, 2);
      return;
    }
    const isOurs = {
      scroll: () => list !== this.#list || this.#isOurScroll(),
      scrollend: () => true,
      pointerdown: () => target !== list || offsetX < list.clientWidth, // else it is the scrollbar
      focusin: () => this.#isHeld || this.#pointed?.contains(target) || target.contains(this.#pointed),
    };
    if (isOurs[type]?.()) return;
    this.#frames = 0;
    this.#glidesUntil = 0;
    if (this.isOn) this.toggle(false);
  };

  #isAtRest() {
    return Math.abs(offsetOf(this.#row) - this.#offset) <= STILL;
  }

  #isOurScroll() {
    if (!this.#row.isConnected) return true;
    if (sizeOf(this.#list) !== this.#size) {
      this.#keep();
      return true;
    }
    if (this.#isGliding) {
      const before = this.#left;
      this.#left = Math.abs(this.#end - this.#list.scrollTop);
      return this.#left <= before + ASTRAY;
    }
    return this.#frames > 0 || this.#isAtRest();
  }
}

const sizeOf = ({ clientWidth, clientHeight }) => `${clientWidth} ${clientHeight}`;

/** px from the upper edge of the row's list to its own. */
const offsetOf = (row) =>
  row.getBoundingClientRect().top - row.closest(".scroller").getBoundingClientRect().top;

/** A row that is painted, as a selector, and the px from the list's upper edge to its own. */
function findPlace(list) {
  const box = list.getBoundingClientRect();
  for (let y = box.top + 4; y < box.bottom; y += 16) {
    /** @type {HTMLElement | null | undefined} */
    const row = document.elementFromPoint(box.left + box.width / 2, y)?.closest(PLACES);
    if (!row || !list.contains(row)) continue;
    const { claim, start } = row.dataset;
    const at = row.querySelector(".at")?.getAttribute("data-start");
    const selector = at
      ? `.passage:has(> [data-start="${at}"])`
      : `${start ? `[data-start="${start}"]` : ""}[data-claim="${claim}"]`;
    const { view } = list.closest("[data-view]").dataset;
    const offset = row.getBoundingClientRect().top - box.top;
    return { selector: `[data-view="${view}"] ${selector}`, offset };
  }
}
