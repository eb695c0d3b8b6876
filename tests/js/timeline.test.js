import assert from "node:assert/strict";
import { test } from "node:test";
import { Timeline } from "../../static/js/timeline.js";

const timeline = new Timeline([70, 79, 79, 79, 90]);

for (const [name, seconds, from, to] of [
  ["nothing is active before the first row", 69.9, 0, 0],
  ["a row begins on its own second", 70, 0, 1],
  ["a row lasts until the next one", 78.999, 0, 1],
  ["rows of one second are active together", 79, 1, 4],
  ["rows of one second last together", 89.9, 1, 4],
  ["the last row runs to the end", 1e9, 4, 5],
  ["no time is before the first row", NaN, 0, 0],
]) {
  test(name, () => assert.deepEqual(timeline.activeAt(seconds), { from, to }));
}

test("the next boundary is strictly later", () => {
  const next = [0, 70, 79, 89.9, 90].map((seconds) => timeline.nextBoundary(seconds));
  assert.deepEqual(next, [70, 79, 90, 90, Infinity]);
});

test("the previous boundary is strictly earlier", () => {
  const previous = [70, 70.1, 79, 79.1, 91].map((seconds) => timeline.previousBoundary(seconds));
  assert.deepEqual(previous, [-Infinity, 70, 70, 79, 90]);
});

test("an empty timeline has no boundaries", () => {
  const empty = new Timeline([]);
  assert.deepEqual(empty.activeAt(5), { from: 0, to: 0 });
  assert.equal(empty.nextBoundary(5), Infinity);
  assert.equal(empty.previousBoundary(5), -Infinity);
});

test("ten thousand rows take a few comparisons", () => {
  let reads = 0;
  const starts = new Proxy(Float64Array.from({ length: 10_000 }, (_, i) => i), {
    get(target, key) {
      if (key !== "length") reads += 1;
      return Reflect.get(target, key, target);
    },
  });
  assert.deepEqual(new Timeline(starts).activeAt(6789.5), { from: 6789, to: 6790 });
  assert.ok(reads < 40, `${reads} reads`);
});
