// Reminders on this device: subscribes by a button, leads the device to its own page, and forgets what was deleted.
"use strict";

const STORE = "eventcal-device";
const part = document.querySelector("[data-push]");
const canPush = "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;
const isAppleMobile = /iPad|iPhone|iPod/.test(navigator.userAgent) || (navigator.platform === "MacIntel" && navigator.maxTouchPoints > 1);

const show = (name) => {
  for (const each of part.querySelectorAll("[data-say]")) each.hidden = each.dataset.say !== name;
};
const send = (path, value) =>
  fetch(part.dataset.root + path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(value),
  });
const sameKey = (buffer, text) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer ?? []))).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "") === text;

async function currentSubscription() {
  const registration = await navigator.serviceWorker.getRegistration(part.dataset.root);
  return registration ? registration.pushManager.getSubscription() : null;
}

// Permission is asked for here and nowhere else: after the button.
async function subscribe(form) {
  if ((await Notification.requestPermission()) !== "granted") return show("denied");
  show("working");
  const scope = part.dataset.root;
  const registration = await navigator.serviceWorker.register(`${scope}push-worker.js`, { scope });
  await navigator.serviceWorker.ready;
  const { key } = await (await fetch(`${scope}push/key`)).json();
  let subscription = await registration.pushManager.getSubscription();
  let replaces = null;
  if (subscription && !sameKey(subscription.options.applicationServerKey, key)) {
    replaces = subscription.toJSON();
    await subscription.unsubscribe();
    subscription = null;
  }
  subscription ??= await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
  const choices = new URLSearchParams(new FormData(form));
  choices.delete("address");
  choices.set("subscription", JSON.stringify(subscription));
  if (replaces) choices.set("replaces", JSON.stringify(replaces));
  const answer = await fetch(part.dataset.subscribe, { method: "POST", body: choices });
  if (!answer.ok) return show(answer.status === 400 ? "choices" : answer.status === 429 ? "often" : "failed");
  await (await caches.open(STORE)).put("subscription", new Response(JSON.stringify(subscription)));
  location.assign((await answer.json()).preferences);
}

// `/preferences` without a token: the browser knows which device it is.
async function findOwnPage() {
  const subscription = canPush ? await currentSubscription() : null;
  const answer = subscription ? await send("push/links", subscription.toJSON()) : null;
  if (answer?.ok) location.replace((await answer.json()).preferences);
  else show("unknown");
}

async function forget() {
  const subscription = canPush ? await currentSubscription() : null;
  if (subscription) await subscription.unsubscribe();
  await caches.delete(STORE);
}

if (part && "find" in part.dataset) {
  findOwnPage().catch(() => show("failed"));
} else if (part && "forget" in part.dataset) {
  forget();
} else if (part && "pending" in part.dataset) {
  navigator.serviceWorker?.addEventListener("message", ({ data }) => data.confirmed && location.reload());
} else if (part && canPush && Notification.permission !== "denied") {
  part.hidden = false;
  part.querySelector("button").addEventListener("click", async ({ target }) => {
    target.disabled = true;
    await subscribe(target.form).catch(() => show("failed"));
    target.disabled = false;
  });
} else if (part && isAppleMobile && !canPush) {
  part.hidden = false;
  part.querySelector("button").hidden = true;
  show("apple");
}
