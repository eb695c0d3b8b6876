import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { ClockPlayer } from "../../static/js/players/clock.js";

/** A clock player at a time that only `sleep` moves, and the names of its events. */
function makeClock(t, options = {}) {
  mock.timers.enable({ apis: ["setTimeout", "Date"] });
  mock.method(performance, "now", () => Date.now());
  t.after(() => {
    mock.timers.reset();
    mock.restoreAll();
  });
  const player = new ClockPlayer(options);
  const events = [];
  for (const type of ["loadedmetadata", "play", "pause", "ratechange", "seeked", "ended"]) {
    player.addEventListener(type, () => events.push(type));
  }
  return { player, events, sleep: (ms) => mock.timers.tick(ms) };
}

test("it waits at its start", (t) => {
  const { player, events, sleep } = makeClock(t, { start: 79 });
  sleep(1000);
  assert.deepEqual(events, []);
  assert.equal(player.currentTime, 79);
  assert.equal(player.paused, true);
});

test("it plays by the clock, at its rate, and stands while paused", (t) => {
  const { player, sleep } = makeClock(t, { start: 10 });
  player.play();
  sleep(2000);
  assert.equal(player.currentTime, 12);
  player.playbackRate = 2;
  sleep(2000);
  assert.equal(player.currentTime, 16);
  player.pause();
  sleep(5000);
  assert.equal(player.currentTime, 16);
});

test("a seek keeps it playing or paused", (t) => {
  const { player, sleep } = makeClock(t);
  player.currentTime = 30;
  sleep(1000);
  assert.equal(player.currentTime, 30);
  player.play();
  player.currentTime = 60;
  sleep(1000);
  assert.equal(player.currentTime, 61);
  player.currentTime = -5;
  assert.equal(player.currentTime, 0);
});

test("it ends at the duration, whatever was sought and changed before, and begins again", (t) => {
  const { player, events, sleep } = makeClock(t, { duration: 20 });
  player.play();
  sleep(5000);
  player.currentTime = 10;
  player.playbackRate = 2;
  sleep(4999);
  assert.equal(player.paused, false);
  sleep(1);
  assert.equal(player.paused, true);
  assert.equal(player.currentTime, 20);
  assert.equal(events.at(-1), "ended");
  player.play();
  assert.equal(player.currentTime, 0);
});

test("a seek beyond the end ends it", (t) => {
  const { player, events, sleep } = makeClock(t, { duration: 20 });
  player.play();
  player.currentTime = 30;
  sleep(1);
  assert.deepEqual(events, ["play", "seeked", "ended"]);
  assert.equal(player.paused, true);
  assert.equal(player.currentTime, 20);
});

test("a duration of 0 is one that is not known", (t) => {
  const { player, sleep } = makeClock(t, { duration: 0 });
  player.play();
  sleep(5000);
  assert.equal(player.duration, NaN);
  assert.equal(player.currentTime, 5);
});

test("after destroy it is silent and stands", async (t) => {
  const { player, events, sleep } = makeClock(t, { duration: 1 });
  player.destroy();
  await Promise.resolve();
  sleep(5000);
  assert.deepEqual(events, []);
  assert.equal(player.currentTime, 0);
});
