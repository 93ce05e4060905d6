// The reader's own time zone, chosen for them until they choose: the browser knows it, the server does not.
"use strict";

const field = document.querySelector("select[data-guess=yes]");
if (field) {
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (here && here.includes("/")) {
    if (![...field.options].some((each) => each.value === here)) {
      field.add(new Option(here.split("/").pop().replaceAll("_", " "), here));
    }
    field.value = here;
  }
}
