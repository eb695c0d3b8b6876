// @ts-nocheck
/*
 * Inside the stand-in's frame: a media clock that runs by performance.now(), reports about it, and
 * the viewer's own controls. `settings` holds the faults. `window.standin` is what tests read:
 * `trajectory` lists every change of the true clock as {at, time, pace}, straight lines in between,
 * with `at` in milliseconds on the scale of performance.timeOrigin + performance.now().
 */
(() => {
  const [UNSTARTED, ENDED, PLAYING, PAUSED, BUFFERING] = [-1, 0, 1, 2, 3];
  const query = new URLSearchParams(location.search);
  const page = query.get("origin") ?? "*";
  const now = () => performance.timeOrigin + performance.now();
  const element = (id) => document.getElementById(id);

  const stalls = [...settings.stalls];
  const trajectory = [];
  let state = settings.ready_state;
  let rate = 1;
  let begun = false; // playback has been asked for once
  let advertisementDue = settings.advertisement > 0;
  let advertising = false;
  let failed = false;
  let refusing = settings.autoplay_blocked;
  let firstPlayed = Infinity;
  let alarm; // the clock's next stall or end
  let step; // what comes after buffering
  let told = NaN; // the last time that a report carried

  // The media clock

  const line = () => trajectory.at(-1);
  const mediaTime = () => {
    const { at, time, pace } = line();
    return Math.min(time + ((now() - at) / 1000) * pace, settings.duration);
  };
  const pace = () => rate * (1 + settings.drift);

  function setClock(time, pace) {
    trajectory.push({ at: now(), time, pace });
    clearTimeout(alarm);
    if (pace === 0) return;
    const stall = stalls.find(([second]) => second > time && second < settings.duration);
    const seconds = ((stall ? stall[0] : settings.duration) - time) / pace;
    alarm = setTimeout(stall ? () => stand(stall) : end, seconds * 1000);
  }

  function stand(stall) {
    stalls.splice(stalls.indexOf(stall), 1);
    setClock(mediaTime(), 0);
    alarm = setTimeout(() => setClock(mediaTime(), pace()), stall[1] * 1000);
  }

  function end() {
    setClock(settings.duration, 0);
    setState(ENDED, { report: true });
  }

  // What the page hears

  function send(event, info) {
    window.parent.postMessage(JSON.stringify({ event, info, channel: "widget" }), page);
  }

  function timeInfo() {
    const since = (now() - firstPlayed) / 1000 - settings.reports_stop;
    if (since > 0 && since < settings.reports_stop_for) return {};
    told = mediaTime();
    return { currentTime: told, currentTimeLastUpdated_: Date.now() / 1000 };
  }

  const duration = () =>
    settings.late_duration && firstPlayed === Infinity ? 0 : settings.duration;

  function setState(next, { report = false } = {}) {
    if (next === state) return;
    state = next;
    if (next === PLAYING) firstPlayed = Math.min(firstPlayed, now());
    element("play").textContent = next === PLAYING ? "Pause" : "Play";
    const info = { playerState: next, duration: duration() };
    send("infoDelivery", { ...info, ...(report ? timeInfo() : {}) });
    send("onStateChange", next);
  }

  function tick() {
    const time = mediaTime();
    if (document.activeElement !== element("seek")) element("seek").value = time;
    if (state === PLAYING || time !== told) send("infoDelivery", timeInfo());
  }

  // Playing

  function later(act) {
    clearTimeout(step);
    step = setTimeout(act, settings.buffering * 1000);
  }

  function run(report = true) {
    if (advertisementDue) {
      advertise();
      return;
    }
    setClock(mediaTime(), pace());
    setState(PLAYING, { report });
  }

  function play() {
    if (failed || advertising || state === PLAYING) return;
    if (refusing) {
      setState(BUFFERING);
      later(() => {
        setState(UNSTARTED);
        send("onAutoplayBlocked", null);
      });
    } else if (!begun) {
      begun = true;
      setState(UNSTARTED);
      setState(BUFFERING);
      later(run);
    } else {
      if (state === ENDED) setClock(0, 0);
      run();
    }
  }

  function pause() {
    if (failed || advertising || !begun) return;
    clearTimeout(step);
    setClock(mediaTime(), 0);
    setState(PAUSED, { report: true });
  }

  let place = 0; // where playback goes on after the advertisement
  function advertise() {
    advertisementDue = false;
    advertising = true;
    place = mediaTime();
    setClock(settings.advertisement_time === "zero" ? 0 : place, 0);
    element("words").textContent = "Advertisement";
    setState(settings.advertisement_state);
    setTimeout(() => {
      advertising = false;
      element("words").textContent = "";
      setClock(settings.advertisement_forgets ? 0 : place, 0);
      run();
    }, settings.advertisement * 1000);
  }

  function seek(wanted) {
    const target = Math.min(Math.max(Number(wanted), 0), settings.duration);
    if (failed) return;
    if (advertising) {
      place = target;
      return;
    }
    if (!begun) {
      setClock(target, 0);
      play();
      return;
    }
    setClock(Math.max(target - settings.lands_early, 0), 0);
    if (state === PAUSED) return;
    // The page learns the new place from the next report, not from the change of state.
    setState(BUFFERING);
    later(() => run(false));
  }

  function setRate(wanted) {
    const towardsOne = settings.rates.filter((r) => (wanted >= 1 ? r >= 1 && r <= wanted : r <= 1 && r >= wanted));
    const next = wanted >= 1 ? Math.max(...towardsOne) : Math.min(...towardsOne);
    if (next === rate) return;
    rate = next;
    if (line().pace > 0) setClock(mediaTime(), pace());
    element("rate").value = `${rate}`;
    send("infoDelivery", { playbackRate: rate, ...timeInfo() });
    send("onPlaybackRateChange", rate);
  }

  function load(video, start = 0) {
    setClock(Number(video?.startSeconds ?? start), 0);
    begun = false;
  }

  const commands = {
    playVideo: play,
    pauseVideo: pause,
    stopVideo: pause,
    seekTo: seek,
    setPlaybackRate: setRate,
    loadVideoById: (video, start) => {
      load(video, start);
      play();
    },
    cueVideoById: load,
  };

  // The first message, and the viewer's controls

  let met = false;
  function meet() {
    met = true;
    send("initialDelivery", {
      playerState: state,
      playbackRate: rate,
      availablePlaybackRates: settings.rates,
      duration: duration(),
      videoLoadedFraction: 0,
      videoUrl: `https://www.youtube.com/watch?v=${location.pathname.split("/").at(-1)}`,
      videoData: { video_id: location.pathname.split("/").at(-1), title: "Stand-in", author: "" },
      ...timeInfo(),
    });
    send("onReady", null);
    if (settings.error) fail();
    else if (query.get("autoplay") === "1") play();
    setInterval(tick, settings.report_interval * 1000);
  }

  function fail() {
    failed = true;
    element("words").textContent = `An error occurred. (Error code: ${settings.error})`;
    setTimeout(() => send("onError", settings.error), settings.buffering * 1000);
  }

  window.addEventListener("message", ({ source, data }) => {
    if (source !== window.parent || typeof data !== "string") return;
    const { event, func, args } = JSON.parse(data);
    const answers = query.get("enablejsapi") === "1" && !settings.frame_silent;
    if (event === "listening" && answers && !met) meet();
    if (event === "command" && met) commands[func]?.(...args);
  });

  element("play").addEventListener("click", () => {
    refusing = false;
    if (state === PLAYING) pause();
    else play();
  });
  element("seek").max = `${settings.duration}`;
  element("seek").addEventListener("change", (event) => seek(event.target.value));
  element("rate").append(...settings.rates.map((r) => new Option(`${r}×`, r, r === 1, r === 1)));
  element("rate").addEventListener("change", (event) => setRate(Number(event.target.value)));

  setClock(Math.min(Number(query.get("start") ?? 0), settings.duration), 0);
  if (settings.error && query.get("enablejsapi") !== "1") fail();
  window.standin = { trajectory, now };
})();
