// What the theme leaves out for those who read the guide with a keyboard or hear it.
document$.subscribe(() => {
  document.querySelector(".md-search")?.setAttribute("aria-label", "Búsqueda");
  // The theme wraps each table only now. One that is wider than its place is scrolled, so a key must reach it.
  const reach = new ResizeObserver((entries) => {
    for (const { target } of entries)
      if (target.scrollWidth > target.clientWidth) target.tabIndex = 0;
      else target.removeAttribute("tabindex");
  });
  setTimeout(() => document.querySelectorAll(".md-typeset__scrollwrap").forEach((each) => reach.observe(each)));
});
