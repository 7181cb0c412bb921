// Helpers over pages that work without them.

// "Back" in WeChat and Safari shows the old page from memory; places may have gone since.
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});

// The error summary (or what a fragment marks) takes the focus, so that it is read out.
function focusNews(root) {
  const news = root.querySelector(".error-summary") ?? root.querySelector("[data-focus]");
  if (!news) return;
  if (!news.hasAttribute("tabindex")) news.tabIndex = -1;
  news.focus();
}
focusNews(document);
document.addEventListener("htmx:afterSettle", (event) => focusNews(event.target));

// A second tap does not send a form twice (the server is safe anyway). aria-disabled, because a
// disabled button would drop its own value from the request.
const UNLOCK_AFTER = 10_000; // ms; a download leaves the page standing

function unlock(form) {
  delete form.dataset.sending;
  for (const button of form.querySelectorAll("[aria-disabled='true'][data-locked]")) {
    button.removeAttribute("aria-disabled");
    delete button.dataset.locked;
  }
}

addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return; // htmx sends it, or it only asks
  if (form.dataset.sending) {
    event.preventDefault();
    return;
  }
  form.dataset.sending = "1";
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
