"use strict";
const search = document.querySelector("input.search");
const boxes = [...document.querySelectorAll(".filters input")];
const shown = document.querySelector("output");
const articles = [...document.querySelectorAll("article")];
function filter() {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  const wanted = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
  let count = 0;
  for (const article of articles) {
    const text = article.textContent.toLowerCase();
    const fits = wanted.has(article.dataset.severity) && words.every((word) => text.includes(word));
    article.hidden = !fits;
    count += fits ? 1 : 0;
  }
  shown.textContent = `${count} of ${articles.length} shown`;
}
for (const input of [search, ...boxes]) input.addEventListener("input", filter);
filter();
