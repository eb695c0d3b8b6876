// @ts-nocheck
/*
 * Stands in for https://www.youtube.com/iframe_api: defines YT and YT.ready, then fetches the
 * second script, which brings YT.Player and calls onYouTubeIframeAPIReady.
 * standin.py writes the faults where it says so.
 */
(() => {
  const settings = SETTINGS;
  if (window.YT) return;

  const waiting = [];
  window.standin = { commands: [] };
  window.YT = {
    loading: 1,
    loaded: 0,
    ready: (callback) => (window.YT.loaded ? callback() : waiting.push(callback)),
  };
  window.onYTReady = () => {
    window.YT.loaded = 1;
    for (const callback of waiting.splice(0)) callback();
  };

  const script = document.createElement("script");
  script.src = "https://www.youtube.com/s/player/standin/www-widgetapi.js";
  script.async = true;
  setTimeout(() => document.head.append(script), settings.api_late * 1000);
})();
