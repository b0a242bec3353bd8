// Shows everything in order, and signals when the page is ready.

function goToSection(section) {
  byId(section).scrollIntoView();
  byId(`${section}-title`).focus({ preventScroll: true });
}

for (const section of document.querySelectorAll("main > section")) section.hidden = false;

// The URL fragment contains the filters, so links within the page must not change it.
for (const link of document.querySelectorAll('a[href^="#"]')) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    goToSection(link.getAttribute("href").slice(1));
  });
}

const seenSections = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    const link = document.querySelector(`#sections a[href="#${target.id}"]`);
    if (isIntersecting) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}, { rootMargin: "-20% 0px -79% 0px" });
for (const section of document.querySelectorAll("main > section")) seenSections.observe(section);

showOverview();
showAccess();
showServiceAccounts();
showFederation();
showLimits();
showExternalKeys();
showFindings();
showUsage();
showCost();
showDrift();
const asked = [...document.querySelectorAll("main > section")].find((section) => `#${section.id}` === location.hash);
if (asked !== undefined) goToSection(asked.id);

// After the frame that shows everything.
requestAnimationFrame(() => setTimeout(() => performance.mark("painted")));
