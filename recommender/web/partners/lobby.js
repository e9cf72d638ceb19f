/* The screen asks anew every minute; without news it keeps what it has and says how old that is and why, for a day at most. */
(function () {
  "use strict";
  var box = document.getElementById("now"), note = document.getElementById("age"), got = Date.now(), status = 0;
  function age() {
    var minutes = Math.floor((Date.now() - got) / 60000), ended = status === 404 || status === 410;
    var words = note.getAttribute(ended ? "data-ended" : status ? "data-refused" : "data-words");
    if (ended || minutes >= 1440) box.innerHTML = "";
    note.hidden = !ended && minutes < 2;
    note.textContent = note.hidden ? "" : words.replace("0000", String(minutes)).replace("000", String(status));
  }
  function ask() {
    var request = new XMLHttpRequest();
    request.open("GET", box.getAttribute("data-from"));
    request.timeout = 20000;
    request.onload = function () {
      status = request.status;
      if (status === 200) { box.innerHTML = request.responseText; got = Date.now(); status = 0; }
      age();
    };
    request.onerror = request.ontimeout = function () { status = 0; age(); };
    request.send();
  }
  setInterval(ask, 60000);
  setInterval(age, 10000);
})();
