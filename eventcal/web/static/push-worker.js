// The service worker of reminders on a device: shows what is pushed, and acts on its buttons. It caches no page.
"use strict";

const root = self.registration.scope;
const STORE = "eventcal-device"; // one entry: the subscription as the server knows it, for the day on which it changes

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("push", (event) => event.waitUntil(receive(event)));
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(act(event.action, event.notification.data));
});
self.addEventListener("pushsubscriptionchange", (event) => event.waitUntil(renew(event.newSubscription)));

// A browser that knows declarative pushes hands over the notification that it would show, any other the text of the push.
function read(event) {
  if (event.notification) return event.notification;
  try {
    return event.data.json().notification ?? null;
  } catch {
    return null;
  }
}

async function receive(event) {
  const message = read(event);
  if (!message) return;
  const data = message.data ?? {};
  const { tag } = message;
  const shown = await self.registration.getNotifications({ tag });
  if (data.confirm && !(await confirm(data.confirm))) return;
  if (data.expires && Date.parse(data.expires) <= Date.now()) {
    for (const old of shown) old.close(); // its use was over before the device woke
    return;
  }
  await self.registration.showNotification(message.title, {
    body: message.body,
    lang: message.lang,
    dir: message.dir,
    tag,
    renotify: shown.some((old) => old.data?.id !== data.id), // news makes itself heard, a copy does not
    icon: new URL("static/icon-192.png", root).href,
    actions: (message.actions ?? []).map(({ action, title }) => ({ action, title })),
    data,
  });
  if (data.key) await renew(null, data.key);
}

// The answer to the first push proves that it reached its device; pages that wait for it are told.
async function confirm(address) {
  const answer = await fetch(address, { method: "POST" });
  for (const page of await self.clients.matchAll({ includeUncontrolled: true })) page.postMessage({ confirmed: answer.ok });
  return answer.ok;
}

async function act(action, data) {
  if (action === "stop") {
    const answer = await fetch(data.stop, { method: "POST" }).catch(() => null);
    if (answer?.ok) return;
    await self.clients.openWindow(data.stop); // its page says why, and asks again
    return;
  }
  const address = data?.show || root;
  const pages = await self.clients.matchAll({ type: "window" });
  const open = pages.find((page) => page.url === address);
  await (open ? open.focus() : self.clients.openWindow(address));
}

// The browser replaced the subscription, or the server has a new key: the server learns the new one in place of the old.
async function renew(next, key) {
  const store = await caches.open(STORE);
  const kept = await store.match("subscription");
  const current = await self.registration.pushManager.getSubscription();
  const old = kept ? await kept.json() : current?.toJSON();
  if (!old) return;
  if (key && current) await current.unsubscribe();
  const applicationServerKey = key ?? (await (await fetch(new URL("push/key", root))).json()).key;
  const subscription =
    next ?? (await self.registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey }));
  const answer = await fetch(new URL("push/renew", root), {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ old, subscription }),
  });
  if (answer.ok) await store.put("subscription", new Response(JSON.stringify(subscription)));
}
