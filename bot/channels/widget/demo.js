// The demo shop's page: questions that open the chat, and a product's window, which stands for the shop's product page.
const clerk = () => document.querySelector("shopclerk-widget");
const shown = document.getElementById("product");
const question = (title) => (document.documentElement.lang.startsWith("zh") ? `介绍一下${title}` : `Tell me about the ${title}`);

document.addEventListener("click", (event) => {
  const asked = event.target.closest("[data-ask]")?.dataset.ask;
  if (asked) clerk().ask(asked);
});

document.addEventListener("shopclerk:product", (event) => {
  event.preventDefault();
  const { title, image, price, currency, in_stock: inStock } = event.detail;
  shown.querySelector("h2").textContent = title;
  shown.querySelector("img").src = image;
  shown.querySelector(".price").textContent = new Intl.NumberFormat(document.documentElement.lang, { style: "currency", currency }).format(price);
  const words = document.documentElement.lang.startsWith("zh") ? ["有现货", "已售完"] : ["In stock", "Sold out"];
  shown.querySelector(".stock").textContent = inStock === null ? "" : words[inStock ? 0 : 1];
  shown.querySelector(".ask").dataset.ask = question(title);
  shown.showModal();
});
for (const button of shown.querySelectorAll("button")) button.addEventListener("click", () => shown.close());
