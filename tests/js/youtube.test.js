import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, mock, test } from "node:test";

const [UNSTARTED, ENDED, PLAYING, PAUSED, BUFFERING, CUED] = [-1, 0, 1, 2, 3, 5];
const HOST = "https://www.youtube-nocookie.com";
const ID = "qd7ezvCtIYg";
const TOLD = [
  "loadedmetadata", "playing", "pause", "waiting", "ratechange", "ended",
  "autoplayblocked",
];

let page;
let modules = 0;

/** What the page has of a DOM: elements that hold their properties and children. */
class FakeElement {
  children = [];
  constructor(name) {
    this.name = name;
  }
  append(child) {
    this.children.push(child);
    child.parent = this;
  }
  get isConnected() {
    return Boolean(this.parent?.children.includes(this));
  }
  remove() {
    this.parent.children = this.parent.children.filter((child) => child !== this);
  }
}

/** YouTube's player, as the API hands it out: most of its methods come when it is ready. */
class FakeApi {
  calls = [];
  time = 0;
  duration = 0;
  state = UNSTARTED;
  rate = 1;

  constructor(frame, { events, ...options }) {
    Object.assign(this, { frame, events, options });
    page.apis.push(this);
  }

  destroy() {
    this.calls.push(["destroy"]);
  }

  becomeReady(state = CUED) {
    this.state = state;
    for (const name of ["playVideo", "pauseVideo", "seekTo", "setPlaybackRate"]) {
      this[name] = (...given) => this.calls.push([name, ...given]);
    }
    this.getCurrentTime = () => this.time;
    this.getDuration = () => this.duration;
    this.getPlayerState = () => this.state;
    this.getPlaybackRate = () => this.rate;
    this.events.onReady({ target: this });
  }

  enter(...states) {
    for (const state of states) {
      this.state = state;
      this.events.onStateChange({ target: this, data: state });
    }
  }

  /** Plays for `seconds`, at `speed`: 0 is a clock that stands. */
  run(seconds, speed = 1) {
    for (let i = 0; i < seconds * 10; i += 1) {
      this.time += speed / 10;
      mock.timers.tick(100);
    }
  }
}

beforeEach(() => {
  mock.timers.enable({ apis: ["setTimeout", "setInterval"] });
  const head = new FakeElement("head");
  page = { head, apis: [], container: new FakeElement("div") };
  globalThis.window = {};
  globalThis.location = { origin: "http://127.0.0.1:8000" };
  globalThis.document = { head, createElement: (name) => new FakeElement(name) };
});

afterEach(() => mock.timers.reset());

async function importPlayer() {
  const module = await import(`../../static/js/players/youtube.js?${(modules += 1)}`);
  return module.YouTubePlayer;
}

/** A player on the page, and what it told. */
function makePlayer(YouTubePlayer, options = {}) {
  const player = new YouTubePlayer(page.container, { videoId: ID, host: HOST, ...options });
  const events = [];
  for (const type of TOLD) player.addEventListener(type, () => events.push(type));
  player.addEventListener("error", () => events.push(player.error.message));
  return { player, events };
}

async function deliverApi() {
  window.YT = { Player: FakeApi };
  window.onYouTubeIframeAPIReady();
  await settle();
}

async function settle() {
  for (let i = 0; i < 5; i += 1) await Promise.resolve();
}

/** A player whose API has come, and is ready unless `state` is null. */
async function makeReadyPlayer(options, state = CUED) {
  const { player, events } = makePlayer(await importPlayer(), options);
  await deliverApi();
  const [api] = page.apis;
  if (state !== null) api.becomeReady(state);
  return { player, events, api };
}

describe("the frame", () => {
  test("asks for the video at its second, and says where it stands", async () => {
    makePlayer(await importPlayer(), { start: 79.5 });
    const [frame] = page.container.children;
    const url = new URL(frame.src);
    assert.equal(url.origin + url.pathname, `${HOST}/embed/${ID}`);
    assert.deepEqual(Object.fromEntries(url.searchParams), {
      enablejsapi: "1",
      origin: "http://127.0.0.1:8000",
      playsinline: "1",
      rel: "0",
      start: "79",
      autoplay: "1",
    });
    assert.equal(frame.referrerPolicy, "strict-origin-when-cross-origin");
    assert.ok(frame.title);
    assert.match(frame.allow, /autoplay/);
  });

  test("comes from the host that is set, and need not begin by itself", async () => {
    makePlayer(await importPlayer(), { host: "http://127.0.0.1:9", autoplay: false });
    assert.match(page.container.children[0].src, /^http:\/\/127\.0\.0\.1:9\/embed\/.*autoplay=0/);
  });
});

describe("loading", () => {
  test("an API that arrives after 4 s is in time", async () => {
    const { events } = makePlayer(await importPlayer());
    mock.timers.tick(4000);
    await deliverApi();
    page.apis[0].becomeReady();
    mock.timers.tick(20_000);
    assert.deepEqual(events, ["loadedmetadata"]);
  });

  test("an API that never arrives is a time-out", async () => {
    const { events } = makePlayer(await importPlayer());
    mock.timers.tick(11_999);
    assert.deepEqual(events, []);
    mock.timers.tick(1);
    assert.deepEqual(events, ["timeout"]);
  });

  test("a player that never becomes ready is a time-out", async () => {
    const { events } = await makeReadyPlayer({}, null);
    mock.timers.tick(12_000);
    assert.deepEqual(events, ["timeout"]);
  });

  test("a script that fails is a time-out at once, and may be tried again", async () => {
    const YouTubePlayer = await importPlayer();
    const first = makePlayer(YouTubePlayer);
    page.head.children[0].onerror(new Event("error"));
    await settle();
    assert.deepEqual(first.events, ["timeout"]);
    first.player.destroy();
    const second = makePlayer(YouTubePlayer);
    assert.equal(page.head.children.length, 2);
    await deliverApi();
    page.apis[0].becomeReady();
    assert.deepEqual(second.events, ["loadedmetadata"]);
  });

  test("others who wait for the API are still called", async () => {
    let called = 0;
    window.onYouTubeIframeAPIReady = () => (called += 1);
    makePlayer(await importPlayer());
    await deliverApi();
    assert.equal(called, 1);
  });

  test("a script whose second half never came may be tried again", async () => {
    const YouTubePlayer = await importPlayer();
    const first = makePlayer(YouTubePlayer);
    window.YT = { loading: 1 };
    mock.timers.tick(12_000);
    first.player.destroy();
    const second = makePlayer(YouTubePlayer);
    assert.equal(window.YT, undefined);
    await deliverApi();
    assert.equal(page.apis.length, 1);
    page.apis[0].becomeReady();
    assert.deepEqual(second.events, ["loadedmetadata"]);
  });

  test("a second player after the first uses the script that is there", async () => {
    const YouTubePlayer = await importPlayer();
    const first = makePlayer(YouTubePlayer);
    await deliverApi();
    page.apis[0].becomeReady();
    first.player.destroy();
    const second = makePlayer(YouTubePlayer);
    await settle();
    page.apis[1].becomeReady();
    assert.equal(page.head.children.length, 1);
    assert.equal(page.container.children.length, 1);
    assert.deepEqual(second.events, ["loadedmetadata"]);
  });
});

describe("before it is ready", () => {
  test("the position is the start, and what is asked is done later", async () => {
    const { player, api } = await makeReadyPlayer({ start: 79 }, null);
    assert.equal(player.currentTime, 79);
    assert.equal(player.playbackRate, 1);
    player.currentTime = 100;
    player.playbackRate = 1.5;
    player.play();
    assert.equal(player.currentTime, 100);
    api.becomeReady();
    assert.deepEqual(api.calls, [["seekTo", 100, true], ["setPlaybackRate", 1.5], ["playVideo"]]);
  });

  test("a player that is destroyed stays silent, whatever still comes", async () => {
    const { player, events, api } = await makeReadyPlayer({}, null);
    player.destroy();
    player.destroy();
    api.becomeReady();
    api.enter(BUFFERING, PLAYING, ENDED);
    api.events.onError({ data: 150 });
    api.events.onAutoplayBlocked();
    mock.timers.tick(20_000);
    assert.deepEqual(events, []);
    assert.deepEqual(page.container.children, []);
  });

  test("a player that is destroyed before the API comes makes none", async () => {
    const { player, events } = makePlayer(await importPlayer());
    player.destroy();
    await deliverApi();
    mock.timers.tick(20_000);
    assert.deepEqual([page.apis, events], [[], []]);
  });
});

describe("playing", () => {
  test("it tells of its states; buffering is part of playing or of pausing", async () => {
    const { player, events, api } = await makeReadyPlayer();
    const paused = [];
    for (const type of TOLD) player.addEventListener(type, () => paused.push(player.paused));
    api.enter(UNSTARTED, BUFFERING, PLAYING, BUFFERING, PAUSED, BUFFERING, PLAYING, ENDED);
    assert.deepEqual(paused, [true, true, false, false, true, true, false, true]);
    assert.deepEqual(events, [
      "loadedmetadata", "pause", "waiting", "playing", "waiting", "pause", "waiting", "playing",
      "ended",
    ]);
  });

  test("the duration may be late", async () => {
    const { player, api } = await makeReadyPlayer();
    api.enter(PLAYING);
    api.run(10);
    assert.equal(player.duration, NaN);
    api.duration = 600;
    api.run(1);
    assert.equal(player.duration, 600);
  });

  test("the rate is the one that the player has taken", async () => {
    const { player, events, api } = await makeReadyPlayer();
    player.playbackRate = 1.9;
    assert.equal(player.playbackRate, 1);
    api.rate = 1.5;
    api.events.onPlaybackRateChange({ data: 1.5 });
    assert.equal(player.playbackRate, 1.5);
    assert.equal(events.at(-1), "ratechange");
  });

  test("after destroy the position is the last one", async () => {
    const { player, api } = await makeReadyPlayer({ start: 79 });
    api.time = 79;
    api.enter(PLAYING);
    api.run(10);
    player.destroy();
    assert.ok(Math.abs(player.currentTime - 89) < 0.01);
    assert.equal(player.paused, true);
    assert.deepEqual(api.calls, [["destroy"]]);
  });
});

describe("what goes wrong has a reason", () => {
  for (const [code, reason] of [
    [2, "invalid"],
    [5, "unplayable"],
    [100, "gone"],
    [101, "embedding"],
    [150, "embedding"],
    [153, "referrer"],
    [999, "unplayable"],
  ]) {
    test(`error ${code} is ${reason}, and no time-out follows`, async () => {
      const { events, api } = await makeReadyPlayer({}, null);
      api.events.onError({ data: code });
      mock.timers.tick(20_000);
      assert.deepEqual(events, [reason]);
    });
  }

  test("blocked autoplay is told once, and the reader may press play", async () => {
    const { player, events, api } = await makeReadyPlayer();
    api.enter(BUFFERING, UNSTARTED);
    api.events.onAutoplayBlocked();
    assert.equal(events.filter((type) => type === "autoplayblocked").length, 1);
    api.enter(BUFFERING, PLAYING);
    assert.equal(player.paused, false);
  });

  test("a video that has played is not blocked", async () => {
    const { events, api } = await makeReadyPlayer();
    api.enter(PLAYING, BUFFERING, UNSTARTED);
    assert.ok(!events.includes("autoplayblocked"));
  });
});

describe("an advertisement first", () => {
  for (const [where, time] of [["at 0", 0], ["at the wanted second", 79]]) {
    test(`whose clock stands ${where} is not a position`, async () => {
      const { player, api } = await makeReadyPlayer({ start: 79 });
      api.time = time;
      api.enter(BUFFERING, PLAYING);
      api.run(15, 0);
      assert.equal(player.currentTime, 79);
      api.time = 79;
      api.run(5);
      assert.ok(Math.abs(player.currentTime - 84) < 0.01);
      assert.deepEqual(api.calls, []);
    });

    test(`whose clock stands ${where}, and a video at 0, is followed by one seek`, async () => {
      const { player, api } = await makeReadyPlayer({ start: 79 });
      api.time = time;
      api.enter(BUFFERING, PLAYING);
      api.run(15, 0);
      api.time = 0;
      api.run(3);
      assert.deepEqual(api.calls, [["seekTo", 79, true]]);
      assert.equal(player.currentTime, 79);
      api.time = 77.5;
      api.run(10);
      assert.ok(Math.abs(player.currentTime - 87.5) < 0.01);
      assert.equal(api.calls.length, 1);
    });
  }

  test("a video that never goes to the wanted second is believed after one try", async () => {
    const { player, api } = await makeReadyPlayer({ start: 9999 });
    api.enter(PLAYING);
    api.run(10);
    assert.equal(api.calls.length, 1);
    assert.ok(Math.abs(player.currentTime - 10) < 0.01);
  });

  test("what the reader seeks meanwhile is asserted in its place", async () => {
    const { player, api } = await makeReadyPlayer({ start: 79 });
    api.enter(PLAYING);
    api.run(3);
    player.currentTime = 200;
    api.time = 0;
    api.run(3);
    const seeks = [79, 200, 200].map((second) => ["seekTo", second, true]);
    assert.deepEqual(api.calls, seeks);
    assert.equal(player.currentTime, 200);
  });

  test("a video in play goes where the viewer wants", async () => {
    const { player, api } = await makeReadyPlayer({ start: 79 });
    api.time = 78;
    api.enter(PLAYING);
    api.run(5);
    api.time = 300;
    api.run(10);
    assert.deepEqual(api.calls, []);
    assert.ok(Math.abs(player.currentTime - 310) < 0.01);
  });
});
