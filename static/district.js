// Comfort on top of a form that works without it: drafts save themselves, fields show where they are asked for.
// Phones of 2017 read this file: what their browsers cannot parse would silence all of it (tests/repository/test_scripts.py).
"use strict";

const SAVE_AFTER = 1500; // ms without typing
const TRY_AGAIN = 20000; // ms until a draft that did not get through is sent again

const form = document.getElementById("annex");
if (form) {
  // First of all: what it stops must not stop a draft that is about to save itself.
  form.addEventListener("submit", holdPress);
  saveDrafts();
  showWhatIsAsked();
  const errors = document.getElementById("errors");
  if (errors) errors.focus();
}

const print = document.getElementById("print");
if (print) {
  print.hidden = false;
  print.addEventListener("click", () => window.print());
}

const again = document.querySelector("[data-again]");
if (again) setTimeout(lookAgain, 1000 * again.dataset.again);

// Whoever reads on or is choosing something is not led away from it.
function lookAgain() {
  if (document.querySelector("details[open]")) setTimeout(lookAgain, 1000 * again.dataset.again);
  else window.location.reload();
}

function whose() {
  // Several problems may be open side by side; the form's own address says which this one is.
  return form.getAttribute("action").replace(/^[^?]*/, "");
}

function holdPress(event) {
  if (form.dataset.uploading) {
    // The form lists the files that arrived; what is still on its way would be left out unsaid.
    event.preventDefault();
    form.dataset.held = "yes";
    tell(document.getElementById("draft-status"), "附件正在上传，请等传完后再按一次。", true);
    return;
  }
  // Only mark it: a disabled button would not be sent, and the receipt's number makes a second
  // press harmless in any case.
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  if (form.dataset.unsaved) {
    // The browser's own page of an error would take everything typed with it.
    event.preventDefault();
    form.dispatchEvent(new Event("tryagain"));
    return;
  }
  form.dataset.sent = "yes";
  const pressed = event.submitter;
  if (pressed) pressed.setAttribute("aria-disabled", "true");
  setTimeout(() => {
    delete form.dataset.sent;
    if (pressed) pressed.removeAttribute("aria-disabled");
  }, 15000);
}

function saveDrafts() {
  const status = document.getElementById("draft-status");
  let waiting;
  const later = (span) => {
    clearTimeout(waiting);
    waiting = setTimeout(save, span);
  };
  const save = async () => {
    let answer, said;
    try {
      answer = await fetch(`/f/draft${whose()}`, {
        method: "POST", body: typedSoFar(), credentials: "same-origin", headers: { Accept: "application/json" },
      });
      said = await answer.json();
    } catch (broken) {
      if (form.dataset.sent) return; // the page is being left
      form.dataset.unsaved = "yes";
      tell(status, "网络不通，已填内容留在本页，尚未保存，也未提交。请勿关闭本页，联网后自动保存。", true);
      later(TRY_AGAIN);
      return;
    }
    const wasUnsaved = form.dataset.unsaved;
    delete form.dataset.unsaved;
    if (!answer.ok) {
      tell(status, said.message, true);
      return;
    }
    tell(status, `${wasUnsaved ? "网络已恢复，" : ""}草稿已于 ${clock(said.saved_at)} 自动保存`, false);
  };
  form.addEventListener("input", (event) => {
    if (event.target.type !== "file" && !form.dataset.sent) later(SAVE_AFTER);
  });
  form.addEventListener("submit", (event) => { if (!event.defaultPrevented) clearTimeout(waiting); });
  form.addEventListener("tryagain", () => later(0));
  window.addEventListener("online", () => { if (form.dataset.unsaved) later(0); });
  window.addEventListener("offline", () => later(0));
  window.addEventListener("beforeunload", (event) => {
    if (!form.dataset.unsaved) return;
    event.preventDefault();
    event.returnValue = "";
  });
}

function typedSoFar() {
  const content = new FormData(form);
  content.delete("upload");
  return content;
}

// Each field that only some answers ask for names them; one that holds something is never hidden.
function showWhatIsAsked() {
  const show = () => form.querySelectorAll("[data-asked]").forEach((part) => {
    const chosen = answersTo(part.dataset.asked);
    const filled = Array.from(part.querySelectorAll("input, select")).some((one) => one.value);
    part.hidden = !filled && !part.querySelector(".error") && part.dataset.by.split(" ").indexOf(chosen) < 0;
  });
  form.addEventListener("change", show);
  show();
}

function answersTo(name) {
  const field = form.elements.namedItem(name);
  return field ? field.value : "";
}

function tell(status, text, failed) {
  status.textContent = text;
  status.classList.toggle("failed", Boolean(failed));
}

function clock(instant) {
  return new Date(instant).toLocaleTimeString("zh-CN", { timeZone: "Asia/Shanghai", hour: "2-digit", minute: "2-digit" });
}
