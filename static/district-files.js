// Files of a form, sent as soon as they are chosen, with their progress.
"use strict";

const PART = 512 * 1024; // bytes, as the server takes them
const TRIES = 6; // of one part, each after a longer wait
const LONGEST_SILENCE = 120000; // ms without progress; a file's check takes half a minute at most

if (form && document.getElementById("file-list")) uploadAtOnce();

function uploadAtOnce() {
  const choosers = Array.from(form.querySelectorAll('input[name="upload"]'));
  document.getElementById("upload-button").hidden = true;
  // WeChat on Android offers neither camera nor album where several may be chosen.
  if (/Android/.test(navigator.userAgent) && /MicroMessenger/.test(navigator.userAgent)) {
    choosers.forEach((one) => { one.multiple = false; });
  }
  choosers.forEach((one) => one.addEventListener("change", () => sendAll(one, choosers)));
}

async function sendAll(chooser, choosers) {
  const status = document.getElementById("upload-status");
  const chosen = Array.from(chooser.files);
  if (!chosen.length) return;
  chooser.value = "";
  choosers.forEach((one) => { one.disabled = true; });
  form.dataset.uploading = "yes";
  const failed = [];
  for (let place = 0; place < chosen.length; place += 1) {
    const file = chosen[place];
    try {
      showFile(await (file.size > PART ? uploadInParts : upload)(file, (share) => progress(status, file, share, place + 1, chosen.length)), file);
    } catch (error) {
      failed.push(error.message);
    }
  }
  tell(status, failed.join("\n") || `已上传${chosen.length}个附件`, failed.length > 0);
  choosers.forEach((one) => { one.disabled = false; });
  delete form.dataset.uploading;
  const held = document.getElementById("draft-status");
  if (form.dataset.held) {
    delete form.dataset.held;
    tell(held, failed.length ? "有附件未能上传，请核对附件后再按一次。" : "附件已传完，请再按一次。", failed.length > 0);
  }
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
      const said = request.response;
      if (request.status === 200) resolve(said);
      else reject(new Error((said && said.message) || `“${file.name}”未能上传，请稍后再试。`));
    });
    onProgress(0);
    request.send(content);
  });
}

// A file in parts: a connection that breaks off costs one part, and a file chosen again goes on where it stopped.
async function uploadInParts(file, onProgress, again) {
  const count = Math.ceil(file.size / PART);
  const name = nameOfUpload(file);
  onProgress(0);
  const asked = await patiently(() => request("GET", `/f/file-parts${whose()}&upload=${name}`), file);
  const there = asked.said.there || [];
  let answer;
  for (let place = 0; place < count; place += 1) {
    // The last one is sent in any case: its answer is the file.
    if (there.indexOf(place) < 0 || place === count - 1) {
      const content = new FormData();
      const said = { csrf: form.dataset.csrf, form: form.dataset.form, upload: name, place, of: count, name: file.name };
      Object.keys(said).forEach((one) => content.append(one, said[one]));
      content.append("part", file.slice(place * PART, (place + 1) * PART), "part");
      answer = await patiently(() => request("POST", `/f/file-parts${whose()}`, content), file);
    }
    onProgress((place + 1) / count);
  }
  if (answer.said.sha256) return answer.said;
  // The answer to the last part was lost on its way, and the parts are let go: once more from the start.
  if (again) throw new Error(`“${file.name}”未能上传，请重新选择。`);
  return uploadInParts(file, onProgress, true);
}

// The same file has the same name when it is chosen again; what it is called may be anything.
function nameOfUpload(file) {
  let sum = 0;
  for (const letter of file.name) sum = (sum * 31 + letter.codePointAt(0)) % 4294967291;
  return `${file.size}-${Math.floor(file.lastModified || 0)}-${sum}`;
}

async function patiently(send, file) {
  for (let tried = 1; ; tried += 1) {
    let answer = null;
    try {
      answer = await send();
    } catch (broken) {
      if (tried >= TRIES) throw new Error(`“${file.name}”上传中断，已传部分保留一天；请检查网络后重新选择，将从中断处继续。`);
      await networkOr(1000 * Math.pow(2, tried));
    }
    if (answer && answer.status === 200) return answer;
    if (answer) throw new Error((answer.said && answer.said.message) || `“${file.name}”未能上传，请稍后再试。`);
  }
}

function networkOr(span) {
  return new Promise((resolve) => {
    setTimeout(resolve, span);
    window.addEventListener("online", resolve, { once: true });
  });
}

function request(method, address, content) {
  return new Promise((resolve, reject) => {
    const sent = new XMLHttpRequest();
    sent.open(method, address);
    sent.setRequestHeader("Accept", "application/json");
    sent.responseType = "json";
    sent.timeout = LONGEST_SILENCE;
    sent.addEventListener("load", () => resolve({ status: sent.status, said: sent.response }));
    ["error", "abort", "timeout"].forEach((one) => sent.addEventListener(one, () => reject(new Error(one))));
    sent.send(content);
  });
}

function progress(status, file, share, place, total) {
  let bar = status.querySelector("progress");
  if (!bar) {
    status.textContent = "";
    status.appendChild(document.createTextNode(""));
    bar = status.appendChild(document.createElement("progress"));
    status.classList.remove("failed");
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

function megabytes(bytes) {
  return bytes >= 1e6 ? `${(bytes / 1e6).toFixed(1)} MB` : `${Math.max(1, Math.floor(bytes / 1000))} KB`;
}
