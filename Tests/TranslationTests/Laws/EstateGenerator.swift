import Documents

/// Makes random estates of every construct of NSX's distributed firewall that
/// a cluster can meet, and of what is refused at a given rate.
///
/// It knows nothing of what the translation can do: what is refused is taken
/// out by who uses the estate.
struct EstateGenerator {
  static let mixedGroups = 8
  static let podGroups = 6
  static let machineGroups = 2
  static let plainServices = 8

  var dice: Dice
  /// How many rules of a hundred are spoiled.
  let oddity: Int
  var estate = Estate()
  /// Ids of groups and services that are refused.
  var oddGroups: [String] = []
  var oddServices: [String] = []
  /// Whether the policies have only `sequence_number`.
  var numbersAreLocal = false
  /// Whether nearly all policies are of Environment, and many rules jump.
  var hasManyJumps = false

  /// Makes an estate.
  ///
  /// - Parameters:
  ///   - oddity: how many rules of a hundred have something that is refused.
  ///   - policies: how many policies there are at most.
  static func estate(seed: UInt64, oddity: Int, policies: Int = 6) -> Estate {
    var generator = EstateGenerator(dice: Dice(seed: seed), oddity: oddity)
    return generator.make(policies: policies)
  }

  private mutating func make(policies: Int) -> Estate {
    numbersAreLocal = dice.chance(15)
    hasManyJumps = dice.chance(25)
    makeServices()
    makeIGMPServices()
    makeProfiles()
    makeGroups()
    makeOddGroups()
    makeOddServices()
    for index in 0..<(2 + dice.below(max(policies - 1, 1))) { makePolicy(index) }
    return estate
  }
}
