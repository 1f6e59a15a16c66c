// Comfort on top of a form that works without it: drafts save themselves, files show their progress.
"use strict";

const LONGEST_SILENCE = 120000; // ms without progress; a file's check takes half a minute at most

const form = document.getElementById("annex");
if (form) {
  // First of all: what it stops must not stop a draft that is about to save itself.
  form.addEventListener("submit", holdPress);
  saveDrafts(form);
  uploadAtOnce(form);
  document.getElementById("errors")?.focus();
}

const print = document.getElementById("print");
if (print) {
  print.hidden = false;
  print.addEventListener("click", () => window.print());
}

function whose() {
  // Several problems may be open side by side; the form's own address says which this one is.
  return form.getAttribute("action").replace(/^[^?]*/, "");
}

function holdPress(event) {
  if (form.dataset.uploading) {
    // The form lists the files that arrived; what is still on its way would be left out unsaid.
    event.preventDefault();
    tell(document.getElementById("draft-status"), "附件正在上传，请等传完后再按一次。", true);
    return;
  }
  // Only mark it: a disabled button would not be sent, and the receipt's number makes a second
  // press harmless in any case.
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  event.submitter?.setAttribute("aria-disabled", "true");
  setTimeout(() => { delete form.dataset.sent; event.submitter?.removeAttribute("aria-disabled"); }, 15000);
}

function saveDrafts() {
  const status = document.getElementById("draft-status");
  let waiting;
  const save = async () => {
    const content = new FormData(form);
    content.delete("upload");
    try {
      const answer = await fetch(`/f/draft${whose()}`, {
        method: "POST", body: new URLSearchParams(content), headers: { Accept: "application/json" },
      });
      const said = await answer.json();
      tell(status, answer.ok ? `草稿已于 ${clock(said.saved_at)} 自动保存` : said.message, !answer.ok);
    } catch {
      tell(status, "网络不通，草稿暂未保存，请勿关闭本页。", true);
    }
  };
  form.addEventListener("input", (event) => {
    if (event.target.type === "file" || form.dataset.sent) return;
    clearTimeout(waiting);
    waiting = setTimeout(save, 1500);
  });
  form.addEventListener("submit", (event) => { if (!event.defaultPrevented) clearTimeout(waiting); });
}

function uploadAtOnce() {
  const chooser = document.getElementById("upload");
  const status = document.getElementById("upload-status");
  document.getElementById("upload-button").hidden = true;
  chooser.addEventListener("change", async () => {
    const chosen = [...chooser.files];
    chooser.value = "";
    chooser.disabled = true;
    form.dataset.uploading = "yes";
    const failed = [];
    for (const [place, file] of chosen.entries()) {
      try {
        showFile(await upload(file, (share) => progress(status, file, share, place + 1, chosen.length)), file);
      } catch (error) {
        failed.push(error.message);
      }
    }
    tell(status, failed.join("\n") || `已上传${chosen.length}个附件`, failed.length > 0);
    chooser.disabled = false;
    delete form.dataset.uploading;
    const held = document.getElementById("draft-status");
    if (held.textContent.startsWith("附件正在上传")) {
      tell(held, failed.length ? "有附件未能上传，请核对附件后再按一次。" : "附件已传完，请再按一次。", failed.length > 0);
    }
  });
}

function upload(file, onProgress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const content = new FormData();
    content.append("csrf", form.dataset.csrf);
    content.append("form", form.dataset.form);
    content.append("upload", file);
    request.open("POST", `/f/files${whose()}`);
    request.setRequestHeader("Accept", "application/json");
    request.responseType = "json";
    // A connection that died without a word must not hold the form for ever.
    let silent = setTimeout(() => request.abort(), LONGEST_SILENCE);
    request.upload.addEventListener("progress", (event) => {
      clearTimeout(silent);
      silent = setTimeout(() => request.abort(), LONGEST_SILENCE);
      onProgress(event.loaded / event.total);
    });
    request.addEventListener("loadend", () => clearTimeout(silent));
    const broken = () => reject(new Error(`“${file.name}”上传中断，请检查网络后重新选择。`));
    request.addEventListener("error", broken);
    request.addEventListener("abort", broken);
    request.addEventListener("load", () => {
      if (request.status === 200) resolve(request.response);
      else reject(new Error(request.response?.message || `“${file.name}”未能上传，请稍后再试。`));
    });
    onProgress(0);
    request.send(content);
  });
}

function progress(status, file, share, place, total) {
  let bar = status.querySelector("progress");
  if (!bar) {
    status.replaceChildren(document.createTextNode(""), document.createElement("progress"));
    status.classList.remove("failed");
    bar = status.querySelector("progress");
    bar.setAttribute("aria-label", "上传进度");
  }
  status.firstChild.textContent = `正在上传 ${place}/${total}：${file.name}`;
  bar.value = share;
}

function showFile(taken, file) {
  if (form.querySelector(`input[name="file"][value="${taken.sha256}"]`)) return;
  const line = element("li", { className: "file" });
  const picture = taken.media_type.startsWith("image/")
    ? element("img", { src: `/f/files/${taken.sha256}${whose()}`, alt: "", width: 64, height: 64 })
    : element("span", { className: "pdf", textContent: "PDF" });
  const name = element("span", { className: "file-name", textContent: taken.name });
  name.append(element("span", { className: "hint", textContent: megabytes(taken.size) }));
  const remove = element("button", { className: "button small", name: "action", value: `remove:${taken.sha256}`, textContent: "移除" });
  remove.append(element("span", { className: "unseen", textContent: file.name }));
  line.append(picture, name, element("input", { type: "hidden", name: "file", value: taken.sha256 }), remove);
  document.getElementById("file-list").append(line);
}

function element(tag, properties) {
  return Object.assign(document.createElement(tag), properties);
}

function tell(status, text, failed) {
  status.textContent = text;
  status.classList.toggle("failed", Boolean(failed));
}

function clock(instant) {
  return new Date(instant).toLocaleTimeString("zh-CN", { timeZone: "Asia/Shanghai", hour: "2-digit", minute: "2-digit" });
}

function megabytes(bytes) {
  return bytes >= 1e6 ? `${(bytes / 1e6).toFixed(1)} MB` : `${Math.max(1, Math.floor(bytes / 1000))} KB`;
}
