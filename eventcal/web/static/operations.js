// An operator keeps the page open: it reads itself again every minute, unless its form or a table is in use.
"use strict";

const REFRESH_MS = 60_000;
const checkbox = () => document.querySelector(".as-of input");
const showCheckbox = () => checkbox().closest("label").removeAttribute("data-waiting");

async function refresh() {
  if (document.hidden || !checkbox().checked || document.activeElement.closest("main :is(form, table)")) return;
  try {
    const address = new URL(location.href);
    address.searchParams.delete("done"); // what was done is not done again
    const answer = await fetch(address, { cache: "no-store" });
    if (!answer.ok) throw new Error(answer.status);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const hadFocus = document.activeElement === checkbox();
    document.title = page.title;
    document.querySelector("main").replaceWith(page.querySelector("main"));
    showCheckbox();
    if (hadFocus) checkbox().focus();
  } catch {
    const time = document.querySelector("[data-unreachable]");
    time.textContent = time.dataset.unreachable;
    time.className = "flag";
    document.title = `⚠ ${document.title.replace(/^⚠ /, "")}`;
  }
}

showCheckbox();
setInterval(refresh, REFRESH_MS);
document.addEventListener("visibilitychange", refresh);
