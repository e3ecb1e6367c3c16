package sandbox

import (
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// metricsPath is where Prometheus looks. It asks for the console token, as everything
// does that is not the vendor's: `authorization: {credentials: …}` in its scrape
// configuration.
const metricsPath = "/metrics"

// metric is one number of Stats as Prometheus has it.
type metric struct {
	desc *prometheus.Desc
	kind prometheus.ValueType
	of   func(Stats) float64
}

func counter[N int | uint64](name, help string, of func(Stats) N) metric {
	return metric{
		prometheus.NewDesc("kickbench_sandbox_"+name, help, nil, nil), prometheus.CounterValue,
		func(s Stats) float64 { return float64(of(s)) },
	}
}

func gauge[N int | uint64](name, help string, of func(Stats) N) metric {
	m := counter(name, help, of)
	m.kind = prometheus.GaugeValue
	return m
}

// statsCollector reads the server's counters when it is asked, all at once.
type statsCollector struct {
	srv     *Server
	metrics []metric
}

func newStatsCollector(s *Server) statsCollector {
	return statsCollector{s, []metric{
		gauge("connections", "Sockets open, logged in or not.", func(s Stats) int { return s.Connections }),
		gauge("instances", "Instances that count towards the limits, ghosts among them.", func(s Stats) int { return s.Instances }),
		gauge("users", "Accounts known.", func(s Stats) int { return s.Users }),
		counter("frames_in_total", "Frames received.", func(s Stats) uint64 { return s.FramesIn }),
		counter("frames_out_total", "Frames sent.", func(s Stats) uint64 { return s.FramesOut }),
		counter("logins_total", "Logins by UserSig.", func(s Stats) uint64 { return s.Logins }),
		counter("logins_refused_total", "Logins refused.", func(s Stats) uint64 { return s.LoginsRefused }),
		counter("resumes_total", "Logins by A2 key.", func(s Stats) uint64 { return s.Resumes }),
		counter("kicks_total", "Instances evicted.", func(s Stats) uint64 { return s.Kicks }),
		counter("kicks_acked_total", "Kicks acknowledged.", func(s Stats) uint64 { return s.KicksAcked }),
		counter("expiries_total", "UserSigs that ran out.", func(s Stats) uint64 { return s.Expiries }),
		counter("malformed_frames_total", "Frames that could not be read.", func(s Stats) uint64 { return s.MalformedFrames }),
		counter("slow_readers_total", "Connections ended because they read too slowly.", func(s Stats) uint64 { return s.SlowReaders }),
		counter("refused_connections_total", "Sockets not opened.", func(s Stats) uint64 { return s.RefusedConnections }),
		counter("unknown_commands_total", "Requests answered without being understood.", func(s Stats) uint64 { return s.UnknownCommands }),
		counter("kick_wars_total", "Kick wars that began.", func(s Stats) uint64 { return s.KickWars }),
		counter("clones_total", "Second pages with the instance ID of one that was online.", func(s Stats) uint64 { return s.Clones }),
		counter("faults_total", "Faults that struck.", func(s Stats) uint64 { return s.Faults }),
		counter("defects_total", "Defects that showed.", func(s Stats) uint64 { return s.Defects }),
		counter("webhooks_total", "Webhook events delivered.", func(s Stats) uint64 { return s.Webhooks }),
		counter("webhooks_failed_total", "Webhook attempts that failed and were tried again.", func(s Stats) uint64 { return s.WebhooksFailed }),
		counter("webhooks_lost_total", "Webhook events given up.", func(s Stats) uint64 { return s.WebhooksLost }),
		counter("ledger_records_total", "Records written to the ledger.", func(s Stats) uint64 { return s.LedgerLast }),
		counter("ledger_dropped_total", "Records the ledger has forgotten.", func(s Stats) uint64 { return s.LedgerDropped }),
	}}
}

// Describe lists the metrics.
func (c statsCollector) Describe(out chan<- *prometheus.Desc) {
	for _, m := range c.metrics {
		out <- m.desc
	}
}

// Collect reads them.
func (c statsCollector) Collect(out chan<- prometheus.Metric) {
	st := c.srv.Stats()
	for _, m := range c.metrics {
		out <- prometheus.MustNewConstMetric(m.desc, m.kind, m.of(st))
	}
}

func (s *Server) metricsRoutes(mux *http.ServeMux) {
	registry := prometheus.NewRegistry() // this server's own, never the process's
	registry.MustRegister(newStatsCollector(s))
	h := promhttp.HandlerFor(registry, promhttp.HandlerOpts{})
	mux.HandleFunc("GET "+metricsPath, s.guard(func(w http.ResponseWriter, r *consoleRequest) { h.ServeHTTP(w, r.Request) }))
}
