"use strict";
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  // Theme: as the system, light, dark.
  const themes = { "": "system", light: "light", dark: "dark" };
  const toggle = document.getElementById("theme");
  const root = document.documentElement;
  const showTheme = () => { toggle.querySelector("span").textContent = themes[root.dataset.theme || ""]; };
  toggle.addEventListener("click", () => {
    const names = Object.keys(themes);
    const next = names[(names.indexOf(root.dataset.theme || "") + 1) % names.length];
    if (next) root.dataset.theme = next; else delete root.dataset.theme;
    try { localStorage.setItem("reprise-theme", next); } catch (_) { /* not remembered */ }
    showTheme();
  });
  toggle.hidden = false;
  showTheme();

  // Tables that sort by a column: empty fields stay last.
  const fieldOf = (row, column) => {
    const field = row.children[column];
    const raw = field.dataset.value ?? field.textContent.trim();
    return { raw, number: raw === "" ? NaN : Number(raw) };
  };
  const compare = (a, b, sign) => {
    if (!a.raw || !b.raw) return (a.raw ? 0 : 1) - (b.raw ? 0 : 1);
    if (!Number.isNaN(a.number) && !Number.isNaN(b.number)) return sign * (a.number - b.number);
    return sign * a.raw.localeCompare(b.raw);
  };
  // A claim with several kinds of evidence has a row for each, which stay together.
  const leads = (row) => !row.classList.contains("further");
  const furtherOf = (row) => {
    const next = row.nextElementSibling;
    return next && !leads(next) ? [next, ...furtherOf(next)] : [];
  };
  const sortBy = (table, head, column) => {
    const ascending = head.getAttribute("aria-sort") !== "ascending";
    all("th[aria-sort]", table).forEach((other) => other.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", ascending ? "ascending" : "descending");
    const body = table.tBodies[0];
    const rows = [...body.rows].filter(leads).map((row) => ({ row, field: fieldOf(row, column) }));
    rows.sort((a, b) => compare(a.field, b.field, ascending ? 1 : -1));
    body.append(...rows.flatMap(({ row }) => [row, ...furtherOf(row)]));
  };
  for (const table of all("table.sortable")) {
    const heads = [...table.tHead.rows[table.tHead.rows.length - 1].cells];
    heads.forEach((head, column) => {
      if (!head.hasAttribute("data-sort")) return;
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => sortBy(table, head, column));
    });
  }

  // Columns of tables: details and other arms are left out until they are asked for.
  const showColumns = () => {
    for (const table of all("table.numbers")) {
      const [groups, heads] = table.tHead.rows.length > 1 ? [all("th.group", table), table.tHead.rows[1].cells] : [[], []];
      let place = heads.length - groups.reduce((sum, group) => sum + Number(group.dataset.columns), 0);
      for (const group of groups) {
        const columns = [...heads].slice(place, place += Number(group.dataset.columns));
        const left = columns.filter(({ classList }) =>
          !(document.body.dataset.details === "no" && classList.contains("detail")) && !(document.body.dataset.arms === "no" && classList.contains("arm")));
        group.colSpan = Math.max(left.length, 1);
        group.hidden = left.length === 0;
      }
    }
  };
  const switches = document.getElementById("columns");
  for (const box of all("input", switches)) {
    const apply = () => { if (box.checked) delete document.body.dataset[box.id]; else document.body.dataset[box.id] = "no"; };
    box.addEventListener("change", () => { apply(); showColumns(); });
    apply();
  }
  switches.hidden = false;
  showColumns();

  // Buttons that copy a table.
  for (const label of navigator.clipboard ? all(".texts label") : []) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "Copy";
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(label.querySelector("textarea").value);
      button.textContent = "Copied";
      setTimeout(() => { button.textContent = "Copy"; }, 2000);
    });
    label.querySelector("textarea").before(button);
  }

  // A part has a guessed height until it has been drawn, so that a link leads beside its place.
  // The browser is asked again for a second, or until the reader moves.
  const SECOND = 1000, PAUSE = 50;
  const linked = () => document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const arrive = () => {
    const target = linked();
    for (let part = target?.closest("details"); part; part = part.parentElement.closest("details")) part.open = true;
    let until = performance.now() + SECOND;
    const stop = () => { until = 0; };
    const moves = ["wheel", "touchstart", "keydown", "pointerdown"];
    moves.forEach((name) => addEventListener(name, stop, { once: true, passive: true }));
    const again = () => {
      if (!target || performance.now() > until) return;
      target.scrollIntoView({ behavior: "instant" });
      setTimeout(again, PAUSE);
    };
    again();
  };
  addEventListener("hashchange", () => arrive());
  addEventListener("load", () => arrive());

  // The filter of claims and artefacts. An artefact fits by its words or by a claim about it.
  const form = document.getElementById("filter");
  if (form) {
    const [words, study, verdict, evidence] = ["words", "of-study", "verdict", "evidence"].map((id) => document.getElementById(id));
    const output = form.querySelector("output");
    const claims = all("tr.claim").map((row) => ({
      row, text: row.textContent.toLowerCase(), study: row.dataset.study,
      findings: row.dataset.findings.split("|").map((finding) => finding.split("@")),
      places: all(".meta a", row).map((link) => decodeURIComponent(link.hash.slice(1))),
    }));
    const artefacts = all("article.artefact").map((part) => ({ part, text: part.textContent.toLowerCase(), study: part.id.split("/")[0] }));
    const apply = () => {
      const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
      const says = (text) => wanted.every((word) => text.includes(word));
      const isOfStudy = (name) => !study || !study.value || study.value === name;
      const isFound = (findings) => findings.some(([word, kind]) => (!verdict.value || word === verdict.value) && (!evidence.value || kind === evidence.value));
      const places = new Set();
      let shown = 0;
      for (const claim of claims) {
        const fits = isOfStudy(claim.study) && says(claim.text) && isFound(claim.findings);
        [claim.row, ...furtherOf(claim.row)].forEach((row) => { row.hidden = !fits; });
        shown += fits ? 1 : 0;
        if (fits) claim.places.forEach((place) => places.add(place));
      }
      for (const { part, text, study: name } of artefacts) {
        const byWords = !verdict.value && !evidence.value && says(text);
        part.hidden = !(isOfStudy(name) && (byWords || places.has(part.id)));
      }
      output.textContent = shown === claims.length ? "" : `${shown} of ${claims.length} claims shown`;
    };
    form.addEventListener("input", apply);
    form.addEventListener("reset", () => setTimeout(apply));
    form.addEventListener("submit", (event) => event.preventDefault());
    for (const link of all("a[data-show]")) {
      link.addEventListener("click", () => { form.reset(); verdict.value = link.dataset.show; apply(); });
    }
    // A link to a claim or an artefact shows it, whatever the filter hides.
    addEventListener("hashchange", () => {
      const target = linked();
      if (target && target.hidden) { form.reset(); setTimeout(() => arrive()); }
    });
    addEventListener("keydown", (event) => {
      const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
      if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
        event.preventDefault();
        words.focus();
        form.scrollIntoView({ block: "center" });
      }
    });
    form.hidden = false;
  }

  // The contents: closed on a phone once a link is followed, and marked with the place being read.
  const menu = document.querySelector(".menu");
  menu.addEventListener("click", (event) => { if (event.target.closest("a")) menu.open = false; });
  const links = new Map();
  for (const link of all("nav a")) {
    const target = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (target) links.set(target, [...(links.get(target) || []), link]);
  }
  const places = [...links.keys()];
  let current = null;
  const mark = () => {
    const passed = places.filter((place) => place.getBoundingClientRect().top < 160);
    const next = passed[passed.length - 1] || places[0];
    if (next === current) return;
    if (current) links.get(current).forEach((link) => link.removeAttribute("aria-current"));
    current = next;
    if (current) links.get(current).forEach((link) => link.setAttribute("aria-current", "true"));
  };
  addEventListener("scroll", mark, { passive: true });
  mark();

  // Printed, everything is open.
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = all("details:not([open])");
    opened.forEach((part) => { part.open = true; });
  });
  addEventListener("afterprint", () => opened.forEach((part) => { part.open = false; }));
})();
