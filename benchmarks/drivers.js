// @ts-nocheck
/*
 * Three ways to keep a list in step with YouTube's player, on one and the same page: Claimline's
 * own, a frame loop, and YouTube's progress reports. ?driver= chooses; sync.py measures.
 */
const query = new URLSearchParams(location.search);
const start = Number(query.get("start"));
const videoId = "qd7ezvCtIYg";
const container = document.getElementById("player");
const list = document.getElementById("rows");
const rows = [...list.children];
const starts = Float64Array.from(rows, (row) => Number(row.dataset.start));

let active = { from: 0, to: 0 };
function show(range) {
  if (range.from === active.from && range.to === active.to) return;
  for (let i = active.from; i < active.to; i++) rows[i].removeAttribute("aria-current");
  for (let i = range.from; i < range.to; i++) rows[i].setAttribute("aria-current", "true");
  active = range;
}

function activeAt(seconds) {
  let [low, high] = [0, starts.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (starts[middle] <= seconds) low = middle + 1;
    else high = middle;
  }
  let from = low;
  while (from > 0 && starts[from - 1] === starts[low - 1]) from--;
  return { from, to: low };
}

function loadApi() {
  return new Promise((resolve) => {
    window.onYouTubeIframeAPIReady = resolve;
    const script = document.createElement("script");
    script.src = "https://www.youtube.com/iframe_api";
    document.head.append(script);
  });
}

async function plainPlayer() {
  await loadApi();
  return new Promise((resolve) => {
    const host = "https://www.youtube-nocookie.com";
    const playerVars = { autoplay: 1, start };
    const events = { onReady: ({ target }) => resolve(target) };
    new window.YT.Player(container, { videoId, host, playerVars, events });
  });
}

/** Each sets itself going and resolves to what a click does. */
const drivers = {
  async claimline() {
    const [{ Sync }, { Timeline }, { YouTubePlayer }] = await Promise.all([
      import("/static/js/sync.js"),
      import("/static/js/timeline.js"),
      import("/static/js/players/youtube.js"),
    ]);
    const sync = new Sync({ onChange: show });
    sync.setTimeline(new Timeline(starts));
    sync.attach(new YouTubePlayer(container, {
      videoId,
      start,
      host: "https://www.youtube-nocookie.com",
    }));
    return (seconds) => sync.seek(seconds);
  },

  async frames() {
    const player = await plainPlayer();
    const look = () => {
      show(activeAt(player.getCurrentTime()));
      requestAnimationFrame(look);
    };
    look();
    return (seconds) => {
      show(activeAt(seconds));
      player.seekTo(seconds, true);
    };
  },

  async reports() {
    window.addEventListener("message", ({ data }) => {
      const { event, info } = JSON.parse(data);
      if (event === "infoDelivery" && info.currentTime !== undefined) show(activeAt(info.currentTime));
    });
    const player = await plainPlayer();
    return (seconds) => {
      show(activeAt(seconds));
      player.seekTo(seconds, true);
    };
  },
};

const seek = await drivers[query.get("driver")]();
list.addEventListener("click", (event) => seek(Number(event.target.dataset.start)));
