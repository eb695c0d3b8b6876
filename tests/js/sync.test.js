import assert from "node:assert/strict";
import { afterEach, describe, mock, test } from "node:test";
import { Sync } from "../../static/js/sync.js";
import { Timeline } from "../../static/js/timeline.js";
import { ReportingPlayer, World } from "./fakes.js";

const EVERY_SECOND = Array.from({ length: 300 }, (_, i) => i + 1);
const EVERY_FIFTH = Array.from({ length: 300 }, (_, i) => 10 + i / 5);

afterEach(() => mock.restoreAll());

/** A sync that is attached to a playing player, and a log of what it marked and when. */
function makeSync({ starts = EVERY_SECOND, start = 0, playing = true } = {}) {
  const world = new World();
  const player = new ReportingPlayer(world, start);
  const marks = [];
  const ticks = [];
  const timeline = new Timeline(starts);
  timeline.mark = (previous) => {
    const { truth, currentTime: clock } = player;
    const { active } = timeline;
    marks.push({ active, previous, start: timeline.starts[active.from], truth, clock });
  };
  const sync = new Sync([timeline], (position) => ticks.push(position));
  sync.attach(player);
  if (playing) player.play();
  const marked = () => marks.map((mark) => mark.start);
  return { world, player, sync, timeline, marks, ticks, marked };
}

function quantile(values, share) {
  return values.toSorted((a, b) => a - b)[Math.ceil((values.length - 1) * share)];
}

describe("boundaries are marked when the clock crosses them", () => {
  for (const rate of [0.5, 1, 2]) {
    for (const [name, starts] of [["1 s", EVERY_SECOND], ["0.2 s", EVERY_FIFTH]]) {
      test(`rows ${name} apart at ${rate}×, none missed`, () => {
        const { world, player, marks, marked } = makeSync({ starts, start: starts[0] - 0.5 });
        player.playbackRate = rate;
        world.run(20_000);
        const passed = starts.filter((second) => second < player.truth - 0.01 * rate);
        assert.deepEqual(marked().slice(0, passed.length), passed);
        const lags = marks.map(({ truth, start }) => ((truth - start) / rate) * 1000);
        assert.ok(quantile(lags, 0) > -0.01, `never early: ${quantile(lags, 0)} ms`);
        assert.ok(quantile(lags, 0.5) <= 3, `median ${quantile(lags, 0.5)} ms`);
        assert.ok(quantile(lags, 1) <= 7, `at most ${quantile(lags, 1)} ms`);
      });
    }
  }

  test("reports that come late step the clock back and forth, and no mark with it", () => {
    const { world, player, sync, marks, marked } = makeSync({ start: 0.48 });
    player.jitter = 60; // some reports of 20 ms before a boundary come after it
    for (let i = 0; i < 3000; i += 1) {
      world.run(10);
      sync.refresh();
    }
    assert.deepEqual(marked(), EVERY_SECOND.slice(0, marks.length));
  });

  test("a report that sets the clock ahead on the way to a boundary is taken up", () => {
    const { world, player, marks } = makeSync({ start: 0.36 });
    player.jitter = 25; // they come 140 to 115 ms before a boundary
    world.run(60_000);
    const lags = marks.map(({ clock, start }) => (clock - start) * 1000);
    assert.ok(quantile(lags, 0.95) <= 7, `${quantile(lags, 0.95)} ms`);
  });

  test("after a long pause just before a boundary, that is marked in time", () => {
    const { world, player, marks } = makeSync({ start: 1.98, playing: false });
    world.run(5000);
    player.play();
    world.run(200);
    assert.ok(marks.at(-1).truth - 2 < 0.007, `2 at ${marks.at(-1).truth}`);
  });

  test("a change of rate is taken up at once", () => {
    const { world, player, marks } = makeSync();
    world.run(1500);
    player.playbackRate = 2;
    world.run(400);
    player.playbackRate = 1;
    world.run(3000);
    for (const { truth, start } of marks) assert.ok(truth - start < 0.008, `${start} at ${truth}`);
    assert.equal(marks.at(-1).start, 5);
  });
});

describe("what changes", () => {
  test("rows that share a second are marked together, by their range", () => {
    const { world, marks } = makeSync({ starts: [1, 2, 2, 2, 3] });
    world.run(4000);
    assert.deepEqual(
      marks.map(({ active, previous }) => [active, previous]),
      [
        [{ from: 0, to: 1 }, { from: 0, to: 0 }],
        [{ from: 1, to: 4 }, { from: 0, to: 1 }],
        [{ from: 4, to: 5 }, { from: 1, to: 4 }],
      ],
    );
  });

  test("going before the first row leaves none", () => {
    const { sync, marks } = makeSync({ starts: [5, 6], start: 5.5, playing: false });
    sync.seek(1);
    assert.deepEqual(marks.at(-1).active, { from: 0, to: 0 });
    assert.deepEqual(marks.at(-1).previous, { from: 0, to: 1 });
  });

  test("another timeline starts unmarked and is marked at once, while it plays", () => {
    const { world, sync, timeline, marks } = makeSync();
    world.run(3500);
    timeline.moveTo(-1);
    marks.length = 0;
    timeline.starts = [2, 3.2, 4];
    sync.refresh();
    assert.deepEqual(marks.at(-1).active, { from: 1, to: 2 });
    assert.deepEqual(marks.at(-1).previous, { from: 0, to: 0 });
    world.run(600);
    assert.deepEqual(timeline.active, { from: 2, to: 3 });
  });

  test("two timelines are each marked at their own boundaries", () => {
    const world = new World();
    const player = new ReportingPlayer(world, 0);
    const marks = [];
    const timelines = [[1, 4], [1.5, 2, 3.3]].map((starts, number) => {
      const timeline = new Timeline(starts);
      timeline.mark = () => {
        const start = starts[timeline.active.from];
        assert.ok(player.truth - start < 0.008, `${start} at ${player.truth}`);
        marks.push([number, start]);
      };
      return timeline;
    });
    new Sync(timelines, () => {}).attach(player);
    player.play();
    world.run(5000);
    assert.deepEqual(marks, [[0, 1], [1, 1.5], [1, 2], [1, 3.3], [0, 4]]);
  });

  test("ten thousand rows cost no more than fifty", () => {
    const reads = [50, 10_000].map((length) => {
      let count = 0;
      const starts = new Proxy(Array.from({ length }, (_, i) => i + 1), {
        get(target, key) {
          if (key !== "length") count += 1;
          return Reflect.get(target, key, target);
        },
      });
      makeSync({ starts }).world.run(10_000);
      return count;
    });
    assert.ok(reads[1] < 3 * reads[0], `${reads} reads`);
  });

  test("a tick comes at least once a second, playing or paused", () => {
    const { world, player, ticks } = makeSync({ starts: [] });
    world.run(5000);
    assert.ok(ticks.length >= 5);
    player.pause();
    ticks.length = 0;
    world.run(5100);
    assert.ok(ticks.length >= 5 && ticks.length < 10, `${ticks.length} ticks`);
  });
});

describe("a reader's seek", () => {
  for (const playing of [true, false]) {
    for (const early of [0, 0.03, 0.5, 1.9]) {
      for (const after of [30, 300, 1200]) {
        for (const target of [20, 50.2, 80]) {
          const how = `${playing ? "playing" : "paused"}, ${early} s early, after ${after} ms`;
          test(`from 0:50 to ${target} s is marked at once and never flickers (${how})`, () => {
            const { world, player, sync, timeline, marks, marked } = makeSync({ start: 50, playing });
            world.run(130);
            player.landing = { after, early };
            marks.length = 0;
            sync.seek(target);
            assert.equal(sync.position, target);
            assert.equal(timeline.active.from, Math.floor(target) - 1);
            const first = Math.floor(target);
            world.run(6000);
            const following = marked().filter((second) => second !== first);
            const expected = Array.from({ length: following.length }, (_, i) => first + 1 + i);
            assert.deepEqual(following, expected);
            assert.ok(playing ? following.length >= 2 : following.length === 0);
            assert.deepEqual(player.seeks, [target]);
          });
        }
      }
    }
  }

  test("a place close behind the one it left is not taken for having arrived", () => {
    const starts = [100, 100.2, 101];
    const { world, player, sync, marked } = makeSync({ starts, start: 100.1 });
    world.run(150);
    player.landing = { after: 200, early: 0 };
    sync.seek(100);
    world.run(300);
    assert.deepEqual(marked(), [100, 100.2, 100]);
    world.run(2000);
    assert.deepEqual(marked(), [100, 100.2, 100, 100.2, 101]);
  });

  test("the boundary after the target is marked in time", () => {
    const { world, player, sync, marks } = makeSync({ starts: EVERY_FIFTH, start: 10 });
    world.run(1000);
    player.landing = { after: 100, early: 0 };
    sync.seek(30);
    world.run(2000);
    const { truth } = marks.find(({ start }) => start === EVERY_FIFTH[101]);
    assert.ok(truth - EVERY_FIFTH[101] < 0.06, `at ${truth}`);
  });

  test("a page that is busy while the seek lands takes it for landed", () => {
    const { world, player, sync, marked } = makeSync({ start: 50 });
    player.playbackRate = 2;
    world.run(100);
    player.landing = { after: 50, early: 0 };
    sync.seek(80);
    player.dispatchEvent = () => true;
    world.freezeTimers();
    world.run(700);
    sync.refresh();
    assert.deepEqual(marked(), [50, 80, 81]);
  });

  for (const playing of [true, false]) {
    test(`the mark waits for the network, however long (${playing ? "playing" : "paused"})`, () => {
      const { world, player, sync, marked } = makeSync({ start: 50, playing });
      world.run(100);
      player.landing = { after: 8000, early: 0 };
      sync.seek(80);
      world.run(8000);
      assert.deepEqual(marked(), [50, 80]);
      world.run(2500);
      assert.deepEqual(marked(), playing ? [50, 80, 81, 82] : [50, 80]);
      player.moveByViewer(20);
      world.run(9000);
      assert.equal(marked().includes(20), true);
    });
  }

  test("a clock that runs on elsewhere is believed after 1.5 s", () => {
    const { world, player, sync } = makeSync({ start: 50 });
    world.run(100);
    player.moveByViewer = () => {};
    sync.seek(80);
    world.run(1400);
    assert.equal(sync.position, 80);
    world.run(300);
    assert.ok(Math.abs(sync.position - 51.8) < 0.1, `${sync.position}`);
  });

  test("of several in a row the last one counts", () => {
    const { world, sync, marked } = makeSync({ start: 50 });
    for (const target of [60, 70, 65]) {
      sync.seek(target);
      world.run(40);
    }
    world.run(2000);
    assert.deepEqual(marked(), [50, 60, 70, 65, 66]);
  });

  test("pausing while it is held keeps the mark", () => {
    const { world, player, sync, marked } = makeSync({ start: 50 });
    player.landing = { after: 200, early: 1.5 };
    sync.seek(80);
    world.run(250);
    player.pause();
    world.run(10_000);
    assert.deepEqual(marked(), [50, 80]);
    assert.equal(sync.position, 80);
    player.play();
    world.run(3000);
    assert.deepEqual(marked(), [50, 80, 81]);
  });

  test("the place where a player begins may be a keyframe before it", () => {
    const { world, player, marked } = makeSync({ start: 79 });
    player.landing = { after: 60, early: 1.5 };
    player.moveByViewer(79);
    world.run(2600);
    assert.deepEqual(marked(), [79, 80]);
  });

  test("a second may be marked before there is a player, which is not sent there again", () => {
    const world = new World();
    const marks = [];
    const timeline = new Timeline(EVERY_SECOND);
    timeline.mark = () => marks.push(timeline.active.from);
    const sync = new Sync([timeline], () => {});
    sync.hold(79);
    assert.equal(world.pendingTimers, 0);
    const player = new ReportingPlayer(world, 79);
    sync.attach(player);
    world.run(5000);
    player.play();
    world.run(1500);
    assert.deepEqual(marks, [78, 79]);
    assert.deepEqual(player.seeks, []);
  });

  test("is never before the start", () => {
    const { player, sync } = makeSync({ playing: false });
    sync.seek(-7);
    assert.equal(sync.position, 0);
    assert.deepEqual(player.seeks, [0]);
  });

  test("may come from within a change: a claim that is looped", () => {
    const { world, player, sync } = makeSync({ start: 50 });
    const timeline = new Timeline(EVERY_SECOND);
    const loop = new Sync([timeline], () => {});
    timeline.mark = () => timeline.active.from === 52 && loop.seek(50);
    loop.attach(player);
    world.run(10_000);
    assert.ok(player.seeks.length >= 2 && player.seeks.every((second) => second === 50));
    assert.ok(player.truth < 53.1);
  });
});

describe("what the player does by itself", () => {
  test("it is never sent anywhere: not by stalls, late reports or the viewer's seeks", () => {
    const { world, player } = makeSync({ starts: EVERY_FIFTH });
    player.jitter = 100;
    world.run(5000);
    player.stalled = true;
    world.run(5000);
    player.stalled = false;
    player.reporting = false;
    world.run(5000);
    player.reporting = true;
    player.moveByViewer(40);
    world.run(5000);
    assert.deepEqual(player.seeks, []);
  });

  for (const [from, to] of [[50, 80], [50, 20], [50, 45]]) {
    for (const playing of [true, false]) {
      const how = playing ? "playing" : "paused";
      test(`the viewer's seek from ${from} to ${to} inside the frame is followed (${how})`, () => {
        const { world, player, sync, timeline } = makeSync({ start: from, playing });
        world.run(2000);
        player.moveByViewer(to + 0.5);
        world.run(140);
        assert.equal(timeline.active.from, to - 1);
      });
    }
  }

  test("a seek that no event tells of is noticed within a second, also while paused", () => {
    const { world, player, sync, timeline } = makeSync({ start: 50, playing: false });
    world.run(3000);
    player.dispatchEvent = () => true;
    player.moveByViewer(20.5);
    world.run(1200);
    assert.equal(timeline.active.from, 19);
  });

  test("a step back of 2 s is the viewer's, long after a seek landed", () => {
    const { world, player, sync, timeline } = makeSync({ start: 50 });
    sync.seek(60);
    world.run(5500);
    player.moveByViewer(63.2);
    world.run(500);
    assert.equal(timeline.active.from, 62);
  });

  test("a small step back is followed where the player tells that it was a seek", () => {
    const { world, player, sync, timeline } = makeSync({ start: 50.2, playing: false });
    player.landing = { after: 1, early: 0 };
    player.moveByViewer(49.8);
    world.run(10);
    assert.equal(timeline.active.from, 49);
    player.dispatchEvent(new Event("seeked"));
    assert.equal(timeline.active.from, 48);
  });

  test("a stalled clock is asked a bounded number of times", () => {
    for (const stop of [1.5, 1.9995, 2.0005]) {
      const { world, player, marked } = makeSync({ start: stop - 1 });
      player.reporting = false;
      player.stalled = true; // and the interpolated clock stands after 1 s, at `stop`
      world.run(1100);
      world.wakeUps = 0;
      world.run(10_000);
      assert.ok(world.wakeUps <= 110, `${world.wakeUps} wake-ups at ${stop} s`);
      player.stalled = false;
      player.reporting = true;
      world.run(4000);
      assert.deepEqual(marked(), EVERY_SECOND.slice(0, 4));
    }
  });

  test("a stall with reports does not make the mark flicker, nor a busy loop", () => {
    const { world, player, marked } = makeSync();
    world.run(1850);
    player.stalled = true;
    world.wakeUps = 0;
    world.run(10_000);
    assert.ok(world.wakeUps < 200, `${world.wakeUps} wake-ups`);
    player.stalled = false;
    world.run(1200);
    assert.deepEqual(marked(), [1, 2, 3]);
  });

  test("one that has ended is asked as seldom as one that is paused", () => {
    const { world, player } = makeSync();
    world.run(1500);
    player.reporting = false;
    player.stalled = true;
    player.ended = true; // and not paused, as a media element may be
    player.dispatchEvent(new Event("ended"));
    world.wakeUps = 0;
    world.run(10_000);
    assert.ok(world.wakeUps <= 11, `${world.wakeUps} wake-ups`);
  });

  test("playing costs few wake-ups", () => {
    const { world } = makeSync();
    world.wakeUps = 0;
    world.run(60_000);
    assert.ok(world.wakeUps < 60 * 8, `${world.wakeUps} wake-ups a minute`);
  });

  test("a page that was hidden catches up when it is refreshed", () => {
    const { world, sync, marked } = makeSync();
    world.run(1500);
    world.freezeTimers();
    world.run(7000);
    sync.refresh();
    assert.deepEqual(marked(), [1, 8]);
  });
});

describe("a player that leaves", () => {
  test("is heard no more, and another one goes on from where it is", () => {
    const { world, player, sync, ticks, marked } = makeSync({ start: 50 });
    world.run(1500);
    const next = new ReportingPlayer(world, 51.5);
    sync.attach(next);
    const told = ticks.length;
    player.dispatchEvent(new Event("playing"));
    assert.equal(ticks.length, told);
    next.play();
    world.run(600);
    assert.deepEqual(marked(), [50, 51, 52]);
  });
});
