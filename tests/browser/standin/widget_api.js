// @ts-nocheck
/*
 * The second script of the stand-in: YT.Player and YT.PlayerState, talking to embed.js in the frame
 * by postMessage. `window.standin.commands` lists what the page asked for, in order.
 */
(() => {
  const STATE = { UNSTARTED: -1, ENDED: 0, PLAYING: 1, PAUSED: 2, BUFFERING: 3, CUED: 5 };
  const KNOCK_EVERY = 100;
  const COMMANDS = [
    "playVideo", "pauseVideo", "stopVideo", "seekTo", "setPlaybackRate", "loadVideoById",
    "cueVideoById", "mute", "unMute", "setVolume",
  ];
  let widgets = 0;

  class Player {
    #iframe;
    #original;
    #origin;
    #info = {};
    #listeners = new Map();
    #knocking;
    #hears = (message) => this.#receive(message);

    constructor(target, options = {}) {
      const element = typeof target === "string" ? document.getElementById(target) : target;
      if (!element) throw new Error("YT.Player: no such element");
      this.#iframe = element instanceof HTMLIFrameElement ? element : this.#replace(element, options);
      this.#origin = new URL(this.#iframe.src, location.href).origin;
      for (const [name, listener] of Object.entries(options.events ?? {})) {
        this.addEventListener(name, listener);
      }
      window.addEventListener("message", this.#hears);
      this.#knocking = setInterval(() => this.#post({ event: "listening" }, "*"), KNOCK_EVERY);
    }

    // These few exist from the start; every other method comes with the frame's first message.

    addEventListener(name, listener) {
      const call = typeof listener === "string" ? (event) => window[listener](event) : listener;
      this.#listeners.set(name, [...(this.#listeners.get(name) ?? []), call]);
    }

    removeEventListener(name, listener) {
      this.#listeners.set(name, (this.#listeners.get(name) ?? []).filter((call) => call !== listener));
    }

    getIframe() {
      return this.#iframe;
    }

    setSize(width, height) {
      this.#iframe.width = width;
      this.#iframe.height = height;
      return this;
    }

    destroy() {
      clearInterval(this.#knocking);
      window.removeEventListener("message", this.#hears);
      this.#listeners.clear();
      if (this.#original) this.#iframe.replaceWith(this.#original);
      else this.#iframe.remove();
    }

    #replace(element, { videoId = "", host = "https://www.youtube.com", playerVars = {}, ...size }) {
      const query = new URLSearchParams({ ...playerVars, enablejsapi: "1", widgetid: `${++widgets}` });
      query.set("origin", playerVars.origin ?? location.origin);
      const iframe = document.createElement("iframe");
      iframe.id = element.id;
      iframe.width = size.width ?? 640;
      iframe.height = size.height ?? 390;
      iframe.allow = "autoplay; encrypted-media; fullscreen; picture-in-picture";
      iframe.referrerPolicy = "strict-origin-when-cross-origin";
      iframe.src = `${host}/embed/${videoId}?${query}`;
      this.#original = element;
      element.replaceWith(iframe);
      return iframe;
    }

    #post(message, origin = this.#origin) {
      this.#iframe.contentWindow?.postMessage(JSON.stringify({ channel: "widget", ...message }), origin);
    }

    #receive({ source, origin, data }) {
      if (source !== this.#iframe.contentWindow || origin !== this.#origin) return;
      const { event, info } = JSON.parse(data);
      if (event === "initialDelivery") {
        clearInterval(this.#knocking);
        this.#info = info;
        this.#offerMethods();
      } else if (event === "infoDelivery") {
        Object.assign(this.#info, info);
      } else {
        for (const call of this.#listeners.get(event) ?? []) call({ target: this, data: info });
      }
    }

    #offerMethods() {
      for (const name of COMMANDS) {
        this[name] = (...args) => {
          const at = performance.timeOrigin + performance.now();
          window.standin.commands.push({ name, args, at });
          this.#post({ event: "command", func: name, args });
          return this;
        };
      }
      Object.assign(this, {
        getCurrentTime: () => this.#currentTime(),
        getDuration: () => this.#info.duration,
        getPlayerState: () => this.#info.playerState,
        getPlaybackRate: () => this.#info.playbackRate,
        getAvailablePlaybackRates: () => this.#info.availablePlaybackRates,
        getVideoLoadedFraction: () => this.#info.videoLoadedFraction,
        getVideoData: () => this.#info.videoData,
        getVideoUrl: () => this.#info.videoUrl,
        getVolume: () => 100,
        isMuted: () => false,
      });
    }

    #currentTime() {
      const { currentTime, currentTimeLastUpdated_, playbackRate, playerState } = this.#info;
      if (playerState !== STATE.PLAYING) return currentTime;
      const since = (Date.now() / 1000 - currentTimeLastUpdated_) * playbackRate;
      return currentTime + Math.min(Math.max(since, 0), 1);
    }
  }

  Object.assign(window.YT, { Player, PlayerState: STATE });
  window.YT.ready(() => window.onYouTubeIframeAPIReady?.());
  setTimeout(window.onYTReady);
})();
