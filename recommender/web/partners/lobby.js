/* The screen asks anew every minute; without a network it keeps what it has and says how old that is. */
(function () {
  "use strict";
  var box = document.getElementById("now"), note = document.getElementById("age"), got = Date.now();
  function age() {
    var minutes = Math.floor((Date.now() - got) / 60000);
    note.textContent = minutes < 2 ? "" : note.getAttribute("data-words").replace("0000", String(minutes));
    note.hidden = minutes < 2;
  }
  function ask() {
    var request = new XMLHttpRequest();
    request.open("GET", box.getAttribute("data-from"));
    request.timeout = 20000;
    request.onload = function () {
      if (request.status === 200) { box.innerHTML = request.responseText; got = Date.now(); }
      age();
    };
    request.onerror = request.ontimeout = age;
    request.send();
  }
  setInterval(ask, 60000);
  setInterval(age, 10000);
})();
