"use strict";
// Everything on the page is there without this: it sorts and filters tables, shows shorter periods and values of charts,
// and opens what a link leads to.
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const made = (tag, properties, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };

  // Sorting: a third click restores the order in which the page came.
  const sortable = (table, rows, value) => {
    const bodies = [...table.tBodies];
    const home = new Map(rows.map(row => [row, row.parentNode]));
    const groups = all("tr.group", table);
    const heads = all("thead th", table);
    let state = { head: null, down: true };
    heads.forEach((head, column) => {
      if (head.classList.contains("scale")) return;
      const name = head.textContent.trim();
      const button = made("button", { type: "button", className: "sort", textContent: "↕" });
      button.setAttribute("aria-label", `Sort by ${name}`);
      head.append(" ", button);
      button.addEventListener("click", () => {
        const down = state.head !== head;
        const restore = state.head === head && !state.down;
        state = { head: restore ? null : head, down };
        heads.forEach(other => { other.removeAttribute("aria-sort"); all(".sort", other).forEach(mark => { mark.textContent = "↕"; }); });
        groups.forEach(group => { group.hidden = !restore; });
        if (restore) {
          rows.forEach(row => home.get(row).append(row));
          return;
        }
        button.textContent = down ? "↓" : "↑";
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        const of = new Map(rows.map(row => [row, value(row, head, column)]));
        const compared = (a, b) => typeof a === "number" && typeof b === "number" ? b - a : String(a).localeCompare(String(b));
        // What is unknown stays last, whichever way.
        const sorted = [...rows].sort((a, b) => {
          const [x, y] = [of.get(a), of.get(b)];
          if (x === "" || y === "") return (x === "") - (y === "");
          return (down ? 1 : -1) * compared(x, y);
        });
        sorted.forEach(row => bodies[0].append(row));
      });
    });
  };
  const numeric = text => text !== "" && !Number.isNaN(Number(text)) ? Number(text) : text;
  // Dates and names in the order of their letters; the newest date first.
  const ofProject = (row, head) => {
    const text = row.dataset[head.dataset.key] ?? "";
    return /^\d{4}-/.test(text) ? Date.parse(text) : numeric(text);
  };
  const ofCell = (row, _head, column) => {
    const text = (row.cells[column]?.textContent ?? "").trim();
    const number = text.match(/^[\d,.]+/);
    return /^\d{4}-/.test(text) ? Date.parse(text) : number ? Number(number[0].replaceAll(",", "")) : text;
  };

  const matrix = document.getElementById("matrix");
  if (matrix) {
    const rows = all("tr.project", matrix);
    if (rows.length > 1) {
      sortable(matrix, rows, ofProject);
      const text = made("input", { type: "search", id: "filter" });
      const categories = [...new Set(rows.flatMap(row => row.dataset.categories.split("|")))].sort();
      const category = made("select", { id: "category" }, new Option("all", ""), ...categories.map(name => new Option(name, name)));
      const count = made("output", {});
      const filter = () => {
        const wanted = text.value.trim().toLowerCase();
        rows.forEach(row => {
          const named = row.cells[0].textContent.toLowerCase().includes(wanted);
          row.hidden = !named || (category.value !== "" && !row.dataset.categories.split("|").includes(category.value));
        });
        all("tbody", matrix).forEach(body => { body.hidden = !all("tr.project", body).some(row => !row.hidden); });
        const shown = rows.filter(row => !row.hidden).length;
        count.value = shown < rows.length ? `${shown} of ${rows.length} shown` : "";
      };
      text.addEventListener("input", filter);
      category.addEventListener("change", filter);
      matrix.before(made("div", { className: "tools" },
        made("label", { htmlFor: "filter" }, "Find "), text, made("label", { htmlFor: "category" }, "Category "), category, count));
    }
  }
  all("table.sortable").forEach(table => {
    const rows = [...table.tBodies[0].rows];
    if (rows.length > 1) sortable(table, rows, ofCell);
  });

  // Charts: the value nearest to the pointer, and a shorter period.
  const DAY = 86400000;
  const iso = moment => new Date(moment).toISOString().slice(0, 10);
  all("svg.chart[data-said]").forEach(chart => {
    const at = chart.dataset.at.split(",").map(Number);
    // Most texts are a pattern and the numbers in it.
    const said = chart.dataset.said.split("|").map(text => {
      const numbers = text.split(" ");
      return text.startsWith("=") ? text.slice(1) : chart.dataset.pattern.replaceAll("{}", () => numbers.shift());
    });
    const plot = chart.querySelector(".plot");
    const begin = Date.parse(chart.dataset.begin), days = (Date.parse(chart.dataset.end) - begin) / DAY;
    const left = plot.x.baseVal.value, width = plot.width.baseVal.value;
    const tip = made("output", { className: "tip", hidden: true });
    chart.parentNode.append(tip);
    chart.addEventListener("pointermove", event => {
      const box = chart.getBoundingClientRect();
      const across = ((event.clientX - box.left) / box.width * chart.viewBox.baseVal.width - left) / width;
      const view = plot.viewBox.baseVal;
      const day = ((view.x - left) + across * view.width) / width * days;
      let nearest = 0;
      at.forEach((one, n) => { if (Math.abs(one - day) < Math.abs(at[nearest] - day)) nearest = n; });
      tip.value = `${iso(begin + at[nearest] * DAY)}: ${said[nearest]}`;
      tip.hidden = false;
    });
    chart.addEventListener("pointerleave", () => { tip.hidden = true; });
  });
  const zoom = (chart, share) => {
    const plot = chart.querySelector(".plot");
    const left = plot.x.baseVal.value, width = plot.width.baseVal.value;
    const from = left + width * (1 - share);
    plot.setAttribute("viewBox", `${from} 0 ${width * share} ${plot.height.baseVal.value}`);
    chart.classList.toggle("zoomed", share < 1);
    all(".time", chart).forEach(mark => {
      const key = mark.tagName === "text" ? ["x"] : ["x1", "x2"];
      mark.dataset.home ??= mark.getAttribute(key[0]);
      const x = left + (Number(mark.dataset.home) - from) / share;
      key.forEach(name => mark.setAttribute(name, x));
      mark.style.display = x < left || x > left + width ? "none" : "";
    });
  };
  all(".figures").forEach((figures, n) => {
    const charts = all("svg.chart:has(.plot)", figures);
    const days = Math.max(0, ...charts.map(chart => (Date.parse(chart.dataset.end) - Date.parse(chart.dataset.begin)) / DAY));
    if (days < 400) return;
    const period = made("select", { id: `period-${n}` },
      new Option("all", days), new Option("one year", 364), new Option("half a year", 182));
    period.addEventListener("change", () => charts.forEach(chart => {
      const own = (Date.parse(chart.dataset.end) - Date.parse(chart.dataset.begin)) / DAY;
      zoom(chart, Math.min(1, Number(period.value) / own));
    }));
    figures.before(made("p", { className: "periods" }, made("label", { htmlFor: `period-${n}` }, "Period "), period));
  });

  // A link to what is folded opens it.
  const reveal = () => {
    const target = location.hash.length > 1 ? document.getElementById(decodeURIComponent(location.hash.slice(1))) : null;
    if (!target) return;
    for (let one = target; one; one = one.parentElement) if (one.tagName === "DETAILS") one.open = true;
    target.scrollIntoView();
  };
  // The comparison keeps what is chosen in its address: compare.html#one,two
  const picks = all("input.pick");
  const chosen = () => {
    const wanted = decodeURIComponent(location.hash.slice(1)).split(",");
    picks.forEach(pick => { pick.checked = wanted.includes(pick.value); });
  };
  if (picks.length) {
    chosen();
    addEventListener("hashchange", chosen);
    picks.forEach(pick => pick.addEventListener("change", () => {
      history.replaceState(null, "", `#${picks.filter(one => one.checked).map(one => one.value).join(",")}`);
    }));
  } else {
    reveal();
    addEventListener("hashchange", reveal);
  }
})();
