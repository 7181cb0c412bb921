// The button says how many shifts are chosen; without scripts it just says 报名.
const form = document.getElementById("choose");
const button = document.querySelector("button[form='choose']");

function say() {
  const chosen = form.querySelectorAll("input:checked").length;
  button.textContent = chosen ? `报名 ${chosen} 个班次` : "报名";
}

if (form && button) {
  form.addEventListener("change", say);
  say();
}
