// A slider says its value while it is turned, a share as per cent.
document.addEventListener("input", (event) => {
  const slider = event.target;
  if (slider.type === "range" && slider.nextElementSibling instanceof HTMLOutputElement) {
    slider.nextElementSibling.value = "share" in slider.dataset ? `${+(100 * slider.value).toFixed(2)}%` : slider.value;
  }
});
