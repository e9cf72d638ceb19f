/* A link marked data-jinzhong becomes the page it leads to, as tall as it needs; where it cannot, it stays a link. */
(function () {
  "use strict";
  var me = document.currentScript;
  if (!me || !window.addEventListener) return;
  var spot = document.createElement("a");
  spot.href = me.src;
  var site = spot.protocol + "//" + spot.host;
  var shown = [];
  function grow(event) {
    if (event.origin !== site || !event.data || event.data.jinzhong !== "height") return;
    var height = Number(event.data.height);
    if (!(height > 0)) return;
    for (var k = 0; k < shown.length; k++) {
      if (shown[k].frame.contentWindow !== event.source) continue;
      shown[k].frame.style.height = Math.min(Math.max(Math.ceil(height), 200), 20000) + "px";
      shown[k].frame.style.visibility = "visible";
      shown[k].link.style.display = "none";
    }
  }
  function show() {
    var links = document.querySelectorAll("a[data-jinzhong]");
    for (var k = 0; k < links.length; k++) {
      var link = links[k];
      if (link.getAttribute("data-jinzhong") || link.href.indexOf(site + "/h/") !== 0) continue;
      link.setAttribute("data-jinzhong", "shown");
      var frame = document.createElement("iframe");
      frame.title = link.textContent;
      frame.style.cssText = "border:0;width:100%;height:0;display:block;visibility:hidden";
      frame.src = site + "/embed/" + link.href.slice(site.length + 3);
      shown.push({ frame: frame, link: link });
      link.parentNode.insertBefore(frame, link);
    }
  }
  window.addEventListener("message", grow);
  window.addEventListener("DOMContentLoaded", show);
  show();
})();
