/* Keeps the shell's own files and one page for when there is no connection. Pages and data of people go past it: they
   are never kept. `SHELL` is what the server writes in front: version, kept files, the page without a connection. */
const { version, kept, offline } = self.SHELL;
const PREFIX = "samphan-shell-";
const NAME = PREFIX + version;

self.addEventListener("install", (event) => {
  event.waitUntil(fill().then(() => self.skipWaiting()));
});

async function fill() {
  const cache = await caches.open(NAME);
  await cache.addAll(kept.map((address) => new Request(address, { cache: "reload", credentials: "omit" })));
  /* As a stranger gets it: without the cookies of whoever is signed in. */
  await cache.add(new Request(offline, { cache: "reload", credentials: "omit" }));
}

self.addEventListener("activate", (event) => {
  event.waitUntil(renew());
});

async function renew() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(PREFIX) && name !== NAME).map((name) => caches.delete(name)));
  /* Without it a page would wait for the worker to wake before it is asked for. */
  await self.registration.navigationPreload?.enable();
  await self.clients.claim();
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (address.origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    /* A file on its way must not pass through here. */
    if (!(request.headers.get("content-type") ?? "").startsWith("multipart/")) event.respondWith(page(event));
  } else if (request.method === "GET" && kept.includes(address.pathname + address.search)) {
    event.respondWith(file(request, address));
  }
});

async function page(event) {
  try {
    return (await event.preloadResponse) ?? (await fetch(event.request));
  } catch (error) {
    const found = await look(offline);
    if (!found) throw error;
    return new Response(found.body, { status: 503, statusText: "Offline", headers: found.headers });
  }
}

/* An address with a version never means anything else; the others may be newer on the server. */
async function file(request, address) {
  if (address.searchParams.has("v")) return (await look(request)) ?? fetch(request);
  try {
    return await fetch(request);
  } catch (error) {
    const found = await look(request);
    if (!found) throw error;
    return found;
  }
}

async function look(what) {
  return (await caches.open(NAME)).match(what, { ignoreVary: true });
}
