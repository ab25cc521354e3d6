// Package storetest is what every [cluster.Store] has to do, as tests that each of them runs.
// Only tests import it; it does not know what a store is made of.
package storetest
