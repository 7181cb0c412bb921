/* Small helpers over pages that work without them: no dependency, nothing is kept between pages. */

// WeChat's and Safari's "back" brings the old page from memory: places and states may have moved on.
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});

// After an error the summary takes the focus, so that it is read out and the keyboard starts there.
function focusNews(root) {
  const news = root.querySelector(".error-summary") ?? root.querySelector("[data-focus]");
  if (!news) return;
  if (!news.hasAttribute("tabindex")) news.tabIndex = -1;
  news.focus();
}
focusNews(document);
document.addEventListener("htmx:afterSettle", (event) => focusNews(event.target));

// A second tap does not send the form twice. aria-disabled, not disabled: a disabled button would
// drop its own name and value from the request. The server is safe against repeats in any case.
const SENDING = "sending";
const UNLOCK_AFTER = 10_000; // ms; the answer may be a download, which leaves the page standing

function unlock(form) {
  delete form.dataset[SENDING];
  for (const button of form.querySelectorAll("[aria-disabled='true'][data-locked]")) {
    button.removeAttribute("aria-disabled");
    delete button.dataset.locked;
  }
}

addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return; // htmx sends it, or it only asks
  if (form.dataset[SENDING]) {
    event.preventDefault();
    return;
  }
  form.dataset[SENDING] = "1";
  const button = event.submitter;
  if (button) {
    button.setAttribute("aria-disabled", "true");
    button.dataset.locked = "1";
  }
  setTimeout(unlock, UNLOCK_AFTER, form);
});

// Esc closes an open menu (<details data-menu>) and gives the focus back to its title.
addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.activeElement?.closest("details[data-menu][open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});
