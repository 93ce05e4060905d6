// What HTML cannot do: the feed's full address when the server was not told it, Copy, the reader's own hours, arrow keys,
// and the height that a frame needs.
"use strict";

const copy = document.querySelector("[data-feed]");
const show = (each) => each.removeAttribute("data-waiting");
if (copy) {
  const ways = copy.parentElement;
  const links = [...ways.querySelectorAll("[data-way]")];
  const ticks = [...ways.querySelectorAll("[type=checkbox]")];
  const field = copy.querySelector("input");
  const update = () => {
    const feed = new URL(field.value || copy.dataset.feed, location.href);
    for (const tick of ticks) tick.checked ? feed.searchParams.set(tick.name, tick.value) : feed.searchParams.delete(tick.name);
    const webcal = feed.href.replace(/^https?:/, "webcal:");
    field.value = feed.href;
    for (const link of links) {
      const { way } = link.dataset;
      const service = new URL(link.href);
      if (way === "webcal") link.href = webcal;
      else if (way === "file") link.href = new URL(feed.pathname + feed.search, location.href);
      else {
        service.searchParams.set(way, way === "cid" ? webcal : feed.href);
        link.href = service;
      }
    }
  };
  for (const tick of ticks) tick.addEventListener("change", update);
  if ("waiting" in copy.dataset) {
    update();
    show(copy);
    show(links[0]);
  }
  // the visitor's own platform first
  const agent = navigator.userAgent;
  const platform = /Android|CrOS/.test(agent) ? "android" : /Windows/.test(agent) ? "windows" : "";
  const own = links.find((link) => platform && link.dataset.platform === platform);
  if (own) {
    links[0].classList.add("quiet");
    own.classList.remove("quiet");
    own.parentElement.prepend(own);
  }
}

// Reminders on this device are offered where the browser can take them; on an iPhone the page says what is missing.
if ("PushManager" in window || /iPad|iPhone|iPod/.test(navigator.userAgent)) {
  for (const each of document.querySelectorAll("[data-push-link]")) each.hidden = false;
}

const button = copy && copy.querySelector("button");
if (button && navigator.clipboard) {
  show(button);
  button.addEventListener("click", async () => {
    const field = copy.querySelector("input");
    field.select();
    await navigator.clipboard.writeText(field.value);
    button.textContent = button.dataset.copied;
  });
}

// An hour is written as the event's own clock shows it; where the reader's differs, theirs stands beside it.
const { yours, zone } = document.body.dataset;
if (!zone) {
  const language = document.documentElement.lang;
  const hours = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const days = new Intl.DateTimeFormat(language, { weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  for (const each of document.querySelectorAll("time[data-local]")) {
    const moment = new Date(each.dateTime);
    const pad = (number) => String(number).padStart(2, "0");
    const day = `${moment.getFullYear()}-${pad(moment.getMonth() + 1)}-${pad(moment.getDate())}`;
    const [thereDay, there] = each.dateTime.split("T");
    const here = `${pad(moment.getHours())}:${pad(moment.getMinutes())}`;
    if (day === thereDay && there.startsWith(here)) continue;
    const own = document.querySelector(".own-zone");
    if (own && "waiting" in own.dataset) {
      const address = new URL(location.href);
      address.searchParams.set("tz", Intl.DateTimeFormat().resolvedOptions().timeZone);
      own.querySelector("a").href = address.search;
      show(own);
    }
    const text = yours.replace("{time}", (day === thereDay ? hours : days).format(moment));
    if (each.closest(".bar")) {
      each.title = text;
    } else {
      const beside = document.createElement("span");
      beside.className = "local";
      beside.textContent = text;
      (each.closest(".meta > *") ?? each).after(beside);
    }
  }
}

// Stars: a visitor's own choice of events. It stays in this browser; its page, feed and email reminders are an address.
const { star, mine } = document.body.dataset;
if (star) {
  const key = `eventcal.stars ${new URL(mine, location.href).pathname}`;
  const read = () => {
    try {
      const ids = JSON.parse(localStorage.getItem(key));
      const isId = (id) => typeof id === "string" && /^[a-z0-9][a-z0-9-]{0,62}$/.test(id);
      return Array.isArray(ids) ? ids.filter(isId).slice(-64) : [];
    } catch {
      return []; // storage is off, or holds something else
    }
  };
  const buttons = [];
  const link = document.querySelector(".mine");
  const update = () => {
    const ids = read();
    for (const button of buttons) {
      const on = ids.includes(button.dataset.id);
      button.setAttribute("aria-pressed", on);
      button.textContent = `${on ? "★" : "☆"} ${button.dataset.label || ""}`;
    }
    if (link) {
      const address = new URL(mine, location.href);
      for (const id of ids) address.searchParams.append("id", id);
      link.href = address;
      link.hidden = !ids.length;
      link.querySelector("b").textContent = ids.length;
    }
  };
  const add = (button, id, title) => {
    button.dataset.id = id;
    if (!button.dataset.label) button.setAttribute("aria-label", star.replace("{title}", title));
    button.addEventListener("click", () => {
      const ids = read();
      const left = ids.includes(id) ? ids.filter((each) => each !== id) : [...ids, id].slice(-64);
      try {
        localStorage.setItem(key, JSON.stringify(left));
      } catch {
        return; // storage is off: nothing can be kept
      }
      update();
    });
    buttons.push(button);
  };
  for (const button of document.querySelectorAll("button.star")) {
    add(button, button.dataset.id, button.dataset.title);
    show(button);
  }
  for (const line of document.querySelectorAll(".line")) {
    const title = line.querySelector(":scope > a");
    const id = title && title.pathname.match(/\/events\/([a-z0-9-]+)$/);
    if (!id || buttons.some((other) => other.dataset.label && other.dataset.id === id[1])) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "star";
    add(button, id[1], title.querySelector(".title").textContent);
    line.append(button);
  }
  update();
  addEventListener("storage", update);
}

// In the grid, arrows go from event to event by day: left and right to the nearest, up and down by the week.
const grid = document.querySelector(".grid");
if (grid) {
  const cells = [...grid.querySelectorAll(".cell")];
  const stops = (cell) => [...cell.querySelectorAll("a, summary")].filter((each) => each.offsetParent);
  const first = (at) => cells[at] && stops(cells[at])[0];
  grid.addEventListener("keydown", (event) => {
    const rtl = document.documentElement.dir === "rtl" ? -1 : 1;
    const step = { ArrowLeft: -rtl, ArrowRight: rtl, ArrowUp: -7, ArrowDown: 7 }[event.key];
    const cell = event.target.closest(".cell");
    if (!step || !cell || event.altKey || event.ctrlKey || event.metaKey) return;
    const inside = stops(cell);
    const beside = Math.abs(step) === 7 && inside[inside.indexOf(event.target) + Math.sign(step)];
    let at = cells.indexOf(cell) + step;
    while (at >= 0 && at < cells.length && !first(at)) at += step;
    const target = beside || first(at);
    if (target) {
      event.preventDefault();
      target.focus();
    }
  });
}

// In a frame on another page: tell it how high we are, now, whenever that changes, and whenever it asks.
if (parent !== window && document.body.classList.contains("embed")) {
  const tell = () => parent.postMessage({ eventcalHeight: document.body.getBoundingClientRect().height }, "*");
  new ResizeObserver(tell).observe(document.body);
  addEventListener("message", ({ data, source }) => {
    if (source === parent && data?.eventcalHeight === "?") tell();
  });
}
