/** Which rows are active at a second: each from its start until the next later start. */
export class Timeline {
  active = { from: 0, to: 0 };

  /** @param {ArrayLike<number>} starts seconds, ascending */
  constructor(starts = []) {
    this.starts = starts;
  }

  moveTo(seconds) {
    const previous = this.active;
    this.active = this.activeAt(seconds);
    if (this.active.to !== previous.to) this.mark(previous);
  }

  mark(_previous) {}

  /** The rows that share the largest start so far. */
  activeAt(seconds = 0) {
    const to = this.#count((start) => start <= seconds);
    const last = this.starts[to - 1];
    return { from: this.#count((start) => start < last), to };
  }

  nextBoundary(seconds = 0) {
    return this.starts[this.activeAt(seconds).to] ?? Infinity;
  }

  previousBoundary(seconds = 0) {
    return this.starts[this.#count((start) => start < seconds) - 1] ?? -Infinity;
  }

  #count(belongs) {
    let [low, high] = [0, this.starts.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (belongs(this.starts[middle])) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
