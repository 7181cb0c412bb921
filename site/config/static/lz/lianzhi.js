// Helpers over pages that work without them.

// "Back" in WeChat and Safari shows the old page from memory; places may have gone since.
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});

// The error summary takes the focus, so that it is read out; in a swapped fragment also what is
// marked data-focus (with a tabindex).
document.querySelector(".error-summary")?.focus();
document.addEventListener("htmx:afterSettle", ({ target }) => {
  target.querySelector(".error-summary, [data-focus]")?.focus();
});

// A second tap does not send a form twice (the server is safe anyway). aria-disabled, because a
// disabled button would drop its own value from the request.
const UNLOCK_AFTER = 10_000; // ms; a download leaves the page standing

addEventListener("submit", (event) => {
  const { target: form, submitter: button } = event;
  if (event.defaultPrevented || form.method !== "post") return; // htmx sends it, or it only asks
  if (form.dataset.sending) {
    event.preventDefault();
    return;
  }
  form.dataset.sending = "1";
  button?.setAttribute("aria-disabled", "true");
  setTimeout(() => {
    delete form.dataset.sending;
    button?.removeAttribute("aria-disabled");
  }, UNLOCK_AFTER);
});

// Esc closes an open menu (<details data-menu>) and gives the focus back to its title.
addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.activeElement?.closest("details[data-menu][open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});
