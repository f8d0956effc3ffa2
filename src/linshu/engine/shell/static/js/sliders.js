// A slider says its value while it is turned.
document.addEventListener("input", (event) => {
  const slider = event.target;
  if (slider.type === "range" && slider.nextElementSibling instanceof HTMLOutputElement) {
    slider.nextElementSibling.value = slider.value;
  }
});
