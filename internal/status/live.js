"use strict";
// Keeps the page as it is on the server: each event brings the whole of <main>, and what
// differs is put in its place, so that focus, selection and scroll stay.
(() => {
  const main = document.getElementById("main"), line = document.getElementById("link");
  document.documentElement.classList.add("js");

  const sameKind = (a, b) => a.nodeType === b.nodeType && a.nodeName === b.nodeName && (a.id || "") === (b.id || "");

  // become makes old look like next, and keeps every node that can stay.
  const become = (old, next) => {
    if (old.isEqualNode(next)) return;
    if (old.nodeType !== Node.ELEMENT_NODE) { old.nodeValue = next.nodeValue; return; }
    for (const { name } of [...old.attributes]) if (!next.hasAttribute(name)) old.removeAttribute(name);
    for (const { name, value } of next.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
    let at = old.firstChild;
    for (const child of [...next.childNodes]) {
      // An element that is still there under its name is moved up, the others follow their order.
      const known = child.id && [...old.children].find(c => c.id === child.id);
      if (known && known !== at) { old.insertBefore(known, at); at = known; }
      if (at && sameKind(at, child)) { become(at, child); at = at.nextSibling; }
      else old.insertBefore(document.importNode(child, true), at);
    }
    while (at) { const gone = at; at = at.nextSibling; gone.remove(); }
  };

  const show = html => {
    const next = new DOMParser().parseFromString(html, "text/html").getElementById("main");
    if (next.dataset.version !== main.dataset.version) { location.reload(); return; } // its script and style are others
    const focused = document.activeElement, name = focused && focused.getAttribute("aria-label");
    become(main, next);
    document.title = main.dataset.title;
    if (focused && !focused.isConnected) {
      const again = name && [...main.querySelectorAll("[aria-label]")].find(e => e.getAttribute("aria-label") === name);
      (again || main).focus({ preventScroll: true });
    }
  };

  const say = (state, text) => {
    if (line.className === "link " + state && line.textContent === text) return;
    line.className = "link " + state;
    line.textContent = text;
  };

  let source = null, later = 0, heard = "";
  const clock = () => new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  const lost = why => say("lost", why + (heard ? " What you see is from " + heard + "." : ""));
  const follow = () => {
    clearTimeout(later);
    if (source || document.hidden) return;
    source = new EventSource("/events");
    source.addEventListener("board", e => { heard = clock(); show(e.data); say("on", "Live"); });
    source.addEventListener("trouble", e => lost("crieur cannot read its state: " + e.data + "."));
    source.addEventListener("error", () => {
      lost("Connection lost, trying again.");
      if (source.readyState !== EventSource.CLOSED) return; // it tries again by itself
      leave();
      later = setTimeout(follow, 10000);
    });
  };
  // A browser opens only six connections to a host: a page that nobody sees needs none.
  const leave = () => { clearTimeout(later); if (source) source.close(); source = null; };
  if (!("stay" in document.body.dataset)) {
    document.addEventListener("visibilitychange", () => document.hidden ? leave() : follow());
    addEventListener("pagehide", leave);
    addEventListener("pageshow", follow);
    say("", "Connecting…");
    follow();
  }

  document.addEventListener("click", async e => {
    const button = e.target.closest(".copy");
    if (!button) return;
    const code = button.previousElementSibling;
    getSelection().selectAllChildren(code); // also where the clipboard is refused
    try { await navigator.clipboard.writeText(code.textContent); } catch { return; }
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = "Copy"; }, 2000);
  });
})();
