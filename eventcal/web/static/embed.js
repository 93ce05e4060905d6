// For the page that shows the calendar in a frame: the frame is as high as what is in it, and never scrolls by itself.
"use strict";

addEventListener("message", ({ data, source }) => {
  if (!data || typeof data.eventcalHeight !== "number") return;
  for (const frame of document.querySelectorAll("iframe")) {
    if (frame.contentWindow === source) frame.style.height = `${Math.ceil(data.eventcalHeight)}px`;
  }
});

// A frame that was ready before this script said its height to nobody: it is asked.
for (const frame of document.querySelectorAll("iframe")) frame.contentWindow.postMessage({ eventcalHeight: "?" }, "*");
