/// A flow of a topology and what each end decides, worked out by hand.
struct TopologyVerdict {
  /// `source -> destination traffic`: names of machines or addresses, and a port
  /// as `80/TCP` or `ICMP 8/0`.
  var flow: String
  /// `egress | ingress`: the outcome and the `rule_id` that decides, or `-`
  /// where no rule matches or none is enforced.
  var verdict: String
  /// Why.
  var reason: String

  init(_ flow: String, _ verdict: String, _ reason: String) {
    self.flow = flow
    self.verdict = verdict
    self.reason = reason
  }
}

/// The verdicts of every topology by the name of its document.
enum TopologyVerdicts {
  static let all: [String: [TopologyVerdict]] = houses.merging(shops) { $1 }.merging(small) { $1 }

  /// Machines `web`, `app` and `db` in three houses.
  private static let houses: [String: [TopologyVerdict]] = [
    // Environment only jumps and denies nothing, so all that counts are the
    // Application rules.
    "Example2": [
      TopologyVerdict(
        "Slytherin-App -> Gryffindor-Web 80/TCP", "allow 9195 | allow 9195",
        "no rule of Environment matches between houses; ANY to the web server"),
      TopologyVerdict(
        "Gryffindor-Web -> Gryffindor-App 9443/TCP", "allow 9196 | allow 9196",
        "10218 jumps; the second port of the service"),
      TopologyVerdict(
        "Gryffindor-Web -> Gryffindor-App 9444/TCP", "drop 1003 | drop 1003",
        "10218 jumps, which allows nothing by itself; no port of the service"),
      TopologyVerdict(
        "Gryffindor-App -> Gryffindor-DB 445/TCP", "allow 9197 | allow 9197", "10218 jumps"),
      TopologyVerdict(
        "Gryffindor-DB -> Gryffindor-App 445/TCP", "drop 1003 | drop 1003",
        "9197 is for the other way"),
      TopologyVerdict(
        "Hufflepuff-Web -> Slytherin-App 8443/TCP", "drop 1003 | drop 1003",
        "3049 is for Slytherin's web server"),
      TopologyVerdict(
        "Dumbledore1 -> Gryffindor-App 22/TCP", "drop 1003 | drop 1003",
        "10217 jumps, nothing of Application matches"),
      TopologyVerdict(
        "Dumbledore1 -> Gryffindor-Web 443/TCP", "allow 9195 | allow 9195", "10217 jumps"),
      TopologyVerdict(
        "203.0.113.1 -> Gryffindor-Web 443/TCP", "allow - | allow 9195",
        "nothing is enforced outside"),
      TopologyVerdict(
        "Gryffindor-Web -> 203.0.113.1 443/TCP", "drop 1003 | allow -", "the default rule"),
      TopologyVerdict(
        "Hufflepuff-App -> Hufflepuff-DB 445/TCP", "allow 2050 | allow 2050", "10219 jumps"),
    ],
    // The same with a drop at the end of Environment, which stands last in the
    // document but before all of Application.
    "Example3": [
      TopologyVerdict(
        "Slytherin-App -> Gryffindor-Web 80/TCP", "drop 10230 | drop 10230",
        "nothing jumps between houses"),
      TopologyVerdict(
        "Slytherin-App -> Slytherin-Web 80/TCP", "allow 3048 | allow 3048",
        "10220 jumps over 10230"),
      TopologyVerdict(
        "Gryffindor-App -> Dumbledore1 443/TCP", "drop 1003 | drop 1003",
        "10216 jumps; no Application rule allows"),
      TopologyVerdict(
        "Dumbledore2 -> Gryffindor-Web 443/TCP", "allow 9195 | allow 9195", "10217 jumps"),
      TopologyVerdict(
        "Dumbledore1 -> Dumbledore2 80/TCP", "drop 10230 | drop 10230",
        "10216 and 10217 have Gryffindor on one side"),
      TopologyVerdict(
        "203.0.113.1 -> Gryffindor-Web 80/TCP", "allow - | drop 10230", "nothing jumps"),
      TopologyVerdict(
        "Hufflepuff-Web -> Hufflepuff-App 10443/TCP", "allow 2049 | allow 2049",
        "10219 jumps; the last port of the service"),
      TopologyVerdict(
        "Hufflepuff-Web -> Hufflepuff-App 10443/UDP", "drop 1003 | drop 1003",
        "10219 jumps; the service is TCP"),
    ],
    // A jump for TCP alone, one for UDP ports at one end alone, one for all.
    "ExampleHogwarts": [
      TopologyVerdict(
        "Gryffindor-Web -> Gryffindor-App 80/TCP", "allow 10401 | allow 10401", "10218 jumps"),
      TopologyVerdict(
        "Gryffindor-Web -> Gryffindor-App 65535/TCP", "allow 10401 | allow 10401",
        "10218 ends at the last port"),
      TopologyVerdict(
        "Gryffindor-Web -> Gryffindor-App 53/UDP", "drop 10300 | drop 10300", "10218 is TCP"),
      TopologyVerdict(
        "Gryffindor-DB -> Gryffindor-App 80/TCP", "drop 10230 | drop 10230",
        "10218 jumps; DB to App is allowed nowhere"),
      TopologyVerdict(
        "Hufflepuff-Web -> Hufflepuff-App 310/UDP", "drop 10300 | allow 10401",
        "10219 jumps for IN alone"),
      TopologyVerdict(
        "Hufflepuff-Web -> Hufflepuff-App 321/UDP", "drop 10300 | drop 10300",
        "10219 ends at port 320"),
      TopologyVerdict(
        "Hufflepuff-App -> Hufflepuff-Web 300/UDP", "drop 10300 | allow 10400",
        "10219 begins at port 300"),
      TopologyVerdict(
        "Hufflepuff-Web -> Slytherin-Web 310/UDP", "drop 10300 | drop 10300",
        "10219 is applied to Hufflepuff alone"),
      TopologyVerdict(
        "Slytherin-Web -> Slytherin-App ICMP 8/0", "allow 10401 | allow 10401",
        "10220 jumps for all traffic"),
      TopologyVerdict(
        "Dumbledore1 -> Gryffindor-Web 22/TCP", "allow 10400 | allow 10400", "10221 jumps"),
      TopologyVerdict(
        "Dumbledore1 -> Gryffindor-App 22/TCP", "drop 10230 | drop 10230",
        "10221 jumps; only Web may reach App"),
      TopologyVerdict(
        "Gryffindor-Web -> Dumbledore1 22/TCP", "drop 10300 | drop 10300",
        "10221 is for the other way"),
      TopologyVerdict(
        "203.0.113.1 -> Gryffindor-Web 80/TCP", "allow - | drop 10300", "nothing jumps"),
    ],
    // Two scopes of tags: houses jump, functions decide.
    "ExampleExprTwoScopes": [
      TopologyVerdict(
        "Gryffindor-Web -> Gryffindor-App 80/TCP", "allow 9196 | allow 9196", "10218 jumps"),
      TopologyVerdict(
        "Gryffindor-App -> Gryffindor-Web 80/TCP", "allow 9195 | allow 9195",
        "10218 jumps; ANY to Web"),
      TopologyVerdict(
        "Gryffindor-App -> Gryffindor-DB 1/TCP", "allow 9197 | allow 9197", "10218 jumps"),
      TopologyVerdict(
        "Gryffindor-DB -> Gryffindor-App 80/TCP",
        "drop Default-L3-Section/10230 | drop Default-L3-Section/10230",
        "10218 jumps; the drop of Application"),
      TopologyVerdict(
        "Slytherin-Web -> Gryffindor-Web 80/TCP",
        "drop Slytherin-to-Slytherin-allow/10230 | drop Slytherin-to-Slytherin-allow/10230",
        "nothing jumps between houses; the drop of Environment"),
      TopologyVerdict(
        "203.0.113.1 -> Hufflepuff-Web 80/TCP",
        "allow - | drop Slytherin-to-Slytherin-allow/10230", "nothing jumps"),
    ],
    // Conditions joined by AND: the machines of a house that are no databases.
    // Each direction has rules of its own, so that the ends differ.
    "ExampleExprAndConds": [
      TopologyVerdict(
        "Gryffindor-DB -> Slytherin-Web 80/TCP", "allow 9199 | allow 9198",
        "9199 is enforced at Gryffindor, databases included"),
      TopologyVerdict(
        "Hufflepuff-DB -> Slytherin-Web 80/TCP", "drop 10300 | allow 9198",
        "9199 is not enforced at Hufflepuff; 9198 takes any source"),
      TopologyVerdict(
        "Gryffindor-DB -> Slytherin-DB 80/TCP", "drop 10300 | drop 10300",
        "a database is in none of the groups"),
      TopologyVerdict(
        "Slytherin-Web -> Gryffindor-Web 80/TCP", "drop 10300 | allow 9200",
        "9200 is for IN alone"),
      TopologyVerdict(
        "Slytherin-Web -> Hufflepuff-Web 80/TCP", "allow 9201 | drop 10300",
        "9201 is for OUT alone"),
      TopologyVerdict(
        "Slytherin-Web -> Hufflepuff-DB 80/TCP", "drop 10300 | drop 10300",
        "a database is in none of the groups"),
      TopologyVerdict(
        "203.0.113.1 -> Gryffindor-App 80/TCP", "allow - | allow 9200", "9200 takes any source"),
      TopologyVerdict(
        "Slytherin-App -> 203.0.113.1 80/TCP", "drop 10300 | allow -",
        "an address outside is in none of the groups"),
    ],
    // The same joined by OR: a house with its database, and all that are none.
    "ExampleExprOrConds": [
      TopologyVerdict(
        "Gryffindor-DB -> Slytherin-DB 80/TCP", "allow 9199 | allow 9198",
        "Slytherin's own database is in its group"),
      TopologyVerdict(
        "Hufflepuff-DB -> Slytherin-DB 80/TCP", "drop 10300 | allow 9198",
        "9199 is not enforced at Hufflepuff, and 9201 has no foreign database"),
      TopologyVerdict(
        "Slytherin-DB -> Gryffindor-DB 80/TCP", "drop 10300 | allow 9200",
        "9198 is not enforced at Gryffindor's database; 9200 has it"),
      TopologyVerdict(
        "Slytherin-Web -> Hufflepuff-DB 80/TCP", "allow 9201 | drop 10300",
        "Hufflepuff's database is in its own group alone"),
      TopologyVerdict(
        "Gryffindor-DB -> Hufflepuff-Web 80/TCP", "allow 9199 | allow 9198",
        "what is no database is in every group"),
      TopologyVerdict(
        "Slytherin-DB -> Gryffindor-Web 80/TCP", "allow 9201 | allow 9198",
        "9199 is not enforced at Slytherin"),
      TopologyVerdict(
        "203.0.113.1 -> Hufflepuff-DB 80/TCP", "allow - | drop 10300",
        "in neither group that IN allows"),
      TopologyVerdict(
        "203.0.113.1 -> Gryffindor-DB 80/TCP", "allow - | allow 9200", "in its own group"),
    ],
    // Excluded sources and destinations: everything else, addresses included.
    "ExampleExclude": [
      TopologyVerdict("Aladdin -> Slytherin1 80/TCP", "allow 10218 | allow 10218", "not Aladdin"),
      TopologyVerdict("Slytherin1 -> Aladdin 80/TCP", "allow 10219 | allow 10219", "not Aladdin"),
      TopologyVerdict(
        "Slytherin1 -> Slytherin2 80/TCP", "drop 1003 | drop 1003", "neither end is Aladdin"),
      TopologyVerdict(
        "Aladdin -> 203.0.113.1 80/TCP", "allow 10218 | allow -",
        "an address outside is not Aladdin"),
      TopologyVerdict(
        "203.0.113.1 -> Aladdin 80/TCP", "allow - | allow 10219",
        "an address outside is not Aladdin"),
      TopologyVerdict(
        "203.0.113.1 -> Dumbledore1 80/TCP", "allow - | drop 1003", "neither end is Aladdin"),
    ],
  ]
}
