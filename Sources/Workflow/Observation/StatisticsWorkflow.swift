import Documents
import Failures
import Observation
import Reporting

/// What `stats` is asked for.
public struct StatisticsQuestion: Sendable, Hashable {
  /// Forms besides those that every command prints.
  public enum Form: String, Sendable, Hashable {
    /// Comma-separated values.
    case csv
    /// Prometheus' text format.
    case prometheus
  }

  /// The clusters; empty for all.
  public var clusters: [String]
  /// The repository whose tree names the rules; default: the configured one.
  public var repository: String?
  /// Whether policies that were not made from NSX are shown as well.
  public var all: Bool
  /// Whether only rules without traffic are shown.
  public var quietOnly: Bool
  /// A file of saved counters to compare with.
  public var since: String?
  /// The file to save the counters in.
  public var save: String?
  /// `nil` for the form that the settings say.
  public var form: Form?

  /// Creates a question.
  public init(
    clusters: [String] = [], repository: String? = nil, all: Bool = false,
    quietOnly: Bool = false, since: String? = nil, save: String? = nil, form: Form? = nil
  ) {
    self.clusters = clusters
    self.repository = repository
    self.all = all
    self.quietOnly = quietOnly
    self.since = since
    self.save = save
    self.form = form
  }
}

extension Run {
  /// `stats`: what Antrea counted, by NSX policy and rule. It changes nothing but
  /// the file that the counters are saved in.
  public func statistics(_ question: StatisticsQuestion) async throws -> ExitStatus {
    let clusters = try clusterSettings(question.clusters, in: nil)
    if isIdle(question.clusters) { return .success }
    let earlier = try savedCounters(question)
    let history = try savedHistory(question, earlier)
    let attempts = await eachCluster(clusters, name: \.name) { run, cluster in
      let client = try await run.connectCluster(cluster)
      return try await run.counters(
        of: cluster, client, repository: question.repository, all: question.all)
    }
    try Task.checkCancellation()
    let counters = attempts.compactMap(\.value)
    if let file = question.save, !counters.isEmpty {
      let saved = SavedCounters(counters, after: history)
      try Files.write(JSONWriter.pretty(saved.document), to: file)
    }
    var statistics = FleetStatistics(counters, since: earlier)
    if question.quietOnly { statistics = statistics.quiet }
    show(statistics, attempts, question)
    for attempt in attempts {
      if let failure = attempt.failure { tell(failure, cluster: attempt.name) }
    }
    return Self.status(of: attempts.map(\.failure), changed: false)
  }

  /// What was saved before. A file that is to be written and does not exist yet is
  /// an empty one, so that the first run of a job needs no other command line.
  private func savedCounters(_ question: StatisticsQuestion) throws -> SavedCounters {
    guard let file = question.since else { return SavedCounters() }
    if file == question.save, !Files.exists(file) { return SavedCounters() }
    return try savedCounters(in: file)
  }

  /// What the file to be written knows already, so that saving into it without
  /// comparing with it forgets nothing. What is compared with knows it better.
  private func savedHistory(
    _ question: StatisticsQuestion, _ earlier: SavedCounters
  ) throws -> SavedCounters {
    guard let file = question.save, file != question.since, Files.exists(file) else {
      return earlier
    }
    return earlier.filled(from: try savedCounters(in: file))
  }

  private func savedCounters(in file: String) throws -> SavedCounters {
    let bytes = try Files.read(file)
    do { return try SavedCounters(JSONValue(json: bytes), file: file) } catch let error
      as JSONSyntaxError
    {
      throw Failure(
        .invalidInput, subject: file, cause: "is not JSON: \(error)",
        remedy: "write one with `nsx-antrea stats --save FILE`")
    }
  }

  private func show(
    _ statistics: FleetStatistics, _ attempts: [ClusterAttempt<ClusterCounters>],
    _ question: StatisticsQuestion
  ) {
    let failed = attempts.filter { $0.failure != nil }.map(\.name)
    switch question.form {
    case .csv?: context.writeOutput(StatisticsCSV.render(statistics))
    case .prometheus?:
      var text = PrometheusText()
      text.add(statistics, failed: failed, time: context.now())
      context.writeOutput(text.output)
    case nil:
      if isNDJSON {
        show(events: statistics, attempts)
        return
      }
      var document = statistics.document
      document["schemaVersion"] = 1
      document["time"] = .string(UTCTime.text(seconds: context.now()))
      document["clusters"] = .array(attempts.map { .object(Self.document($0)) })
      print(
        text: StatisticsText.render(statistics, failed: failed, color: color),
        json: .object(document))
    }
  }

  private static func document(_ attempt: ClusterAttempt<ClusterCounters>) -> JSONObject {
    var object = JSONObject()
    object["name"] = .string(attempt.name)
    object["policies"] = attempt.value.map { .integer(Int64($0.policies.count)) } ?? .null
    object["failure"] = attempt.failure?.document ?? .null
    return object
  }

  /// A line for each policy, with its figures of all clusters, and one for each
  /// cluster.
  private func show(
    events statistics: FleetStatistics, _ attempts: [ClusterAttempt<ClusterCounters>]
  ) {
    for policy in statistics.document["policies"]?.array ?? [] {
      var event = policy.object ?? JSONObject()
      event["schemaVersion"] = 1
      event["type"] = "policy"
      context.writeOutput("\(JSONValue.object(event))\n")
    }
    for attempt in attempts { event("cluster", attempt.name, Self.document(attempt)) }
  }
}
