// Shows the reports that hold every word that is typed; marks of Vietnamese need not be typed.
"use strict";
{
  const plain = text => text.normalize("NFD").replace(/\p{M}/gu, "").replace(/đ/gi, "d").toLowerCase();
  const items = [...document.querySelectorAll("#reports > li")].map(item => [item, plain(`${item.textContent} ${item.dataset.words}`)]);
  const words = document.getElementById("words"), shown = document.getElementById("shown");
  const search = () => {
    const wanted = plain(words.value).split(/\s+/).filter(Boolean);
    let count = 0;
    for (const [item, text] of items) count += !(item.hidden = !wanted.every(word => text.includes(word)));
    shown.textContent = count;
  };
  words.addEventListener("input", search);
  document.getElementById("search").addEventListener("submit", event => event.preventDefault());
  document.getElementById("search").hidden = false;
  search();
}
