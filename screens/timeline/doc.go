// Package timeline is the page of lanes and arrows: what happened to each instance, who
// kicked whom, live or of a session that is over. What is drawn where is decided in
// client/timeline; here it is painted, moved by wheel and keys, pointed at and saved.
//
// One raster holds the whole chart: a frame costs what its pixels cost, however much
// happened, and no canvas object is made for an event.
package timeline
